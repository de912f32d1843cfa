"""A module per migration; `HEAD` in `service.store.connection` names the last."""
