"""HTTP only: a request becomes one call into outreach, and what comes back becomes a page or JSON."""
