"""Store whether a member showed at ORCID that their iD is theirs."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('editorial', '0027_addresses_by_mail'),
    ]

    operations = [
        migrations.AddField(
            model_name='boardmember',
            name='orcid_authenticated_at',
            field=models.DateTimeField(editable=False, help_text='When the member logged in at ORCID with this iD; null for a typed one.', null=True),
        ),
        migrations.AddField(
            model_name='historicalboardmember',
            name='orcid_authenticated_at',
            field=models.DateTimeField(editable=False, help_text='When the member logged in at ORCID with this iD; null for a typed one.', null=True),
        ),
        migrations.AddConstraint(
            model_name='boardmember',
            constraint=models.CheckConstraint(condition=models.Q(('orcid_authenticated_at', None), models.Q(('orcid', ''), _negated=True), _connector='OR'), name='authenticated_orcid_is_there', violation_error_message='Without an ORCID iD, none is authenticated.'),
        ),
        migrations.AddConstraint(
            model_name='boardmember',
            constraint=models.UniqueConstraint(models.F('orcid'), condition=models.Q(('orcid_authenticated_at__isnull', False)), name='orcid_authenticated_by_one_account', violation_error_message='Another account has authenticated this ORCID iD.'),
        ),
    ]
