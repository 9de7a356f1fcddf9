"""Template tags for chips, the coloured labels of the admin."""

from django import template

from editorial.admin import chips, webhook_deliveries

register = template.Library()

register.simple_tag(chips.chip)
register.simple_tag(chips.state_chip)
register.simple_tag(chips.choice_chip)
register.simple_tag(webhook_deliveries.dispatch_chip)
