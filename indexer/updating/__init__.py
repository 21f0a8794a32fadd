"""Files -> a new generation: plan, extract, build, switch."""
