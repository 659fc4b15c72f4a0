"""What the control room does: move the clock, keep the bacs, tell what happened."""
