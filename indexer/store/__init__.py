"""Where generations live: indexes with their manifests, the switch between them, and which files were read."""
