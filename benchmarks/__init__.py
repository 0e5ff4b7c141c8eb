"""Speed as ratios, each against a named floor or rival in the same run. Not shipped."""
