"""What a menu entry, a route or a night does in SIECLE BEE: one function per intention, called by all three."""
