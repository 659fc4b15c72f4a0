"""One function per intention: what a menu entry, a route or a night does. None of them commits."""
