"""The control room's rules: where the clock may go, the chain and its exchanges, what an investigation concludes."""
