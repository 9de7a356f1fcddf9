"""App configurations: the admin site and the system checks."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.core.checks import Tags, register

from config.checks import missing_reminders, unsafe_settings


class ImprimaturAdminConfig(admin.AdminConfig):
    """Django's admin with the site's own ``AdminSite``."""

    default = False  # "config" in INSTALLED_APPS means the class below
    default_site = "config.admin.ImprimaturAdminSite"


class ConfigAppConfig(AppConfig):
    """The app of the site itself: commands, templates, checks."""

    name = "config"
    label = "config"
    default = True

    def ready(self) -> None:
        """Register the check for unsafe settings, and the one of the database."""
        register(unsafe_settings, Tags.security)
        register(missing_reminders, Tags.database)
