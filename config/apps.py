"""Where Django takes the admin site and the system checks from."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.core.checks import Tags, register

from config.checks import unsafe_settings


class ImprimaturAdminConfig(admin.AdminConfig):
    """Django's admin with our site in it."""

    default = False  # "config" in INSTALLED_APPS means the class below
    default_site = "config.admin.ImprimaturAdminSite"


class ConfigAppConfig(AppConfig):
    """The house itself: commands, templates, checks."""

    name = "config"
    label = "config"
    default = True

    def ready(self) -> None:
        """Have the unsafe settings refused by every command that runs checks, ``migrate`` among them."""
        register(unsafe_settings, Tags.security)
