"""An authority's register of credentials: issued, revoked, and the daily status over all of them."""
