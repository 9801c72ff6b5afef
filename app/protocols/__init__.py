"""How each network speaks: JSON in, model out, one account service per protocol."""
