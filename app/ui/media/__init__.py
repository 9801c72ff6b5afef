"""Looking at media: pictures at full size, films with their captions."""
