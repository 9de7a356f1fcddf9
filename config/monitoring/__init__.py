"""Monitoring endpoints: is the process alive, can it serve requests, and metrics."""

from config.monitoring.views import MonitoringMiddleware

__all__ = ["MonitoringMiddleware"]
