from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('editorial', '0003_evidence'),
    ]

    operations = [
        migrations.AddField(
            model_name='editorialpolicy',
            name='invites_by_itself',
            field=models.BooleanField(default=False, help_text='Whether the best set of members is invited after a submission, and the next one when one declines.', verbose_name='invite by itself'),
        ),
        migrations.AddField(
            model_name='historicaleditorialpolicy',
            name='invites_by_itself',
            field=models.BooleanField(default=False, help_text='Whether the best set of members is invited after a submission, and the next one when one declines.', verbose_name='invite by itself'),
        ),
    ]
