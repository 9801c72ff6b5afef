"""What is fit to see: labels, warnings, filters → Verdict. Pure."""
