"""Stored rows name the format and the libraries of the code that wrote them, and when it did.

Rows from before name a hash of the code. Workers write them again, once.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0017_claimed_reader_mail'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='written_at',
            field=models.DateTimeField(help_text='Empty if it was written before this was recorded.', null=True),
        ),
        migrations.AddField(
            model_name='listentry',
            name='written_at',
            field=models.DateTimeField(help_text='Empty if it was written before this was recorded.', null=True),
        ),
        migrations.AddField(
            model_name='past',
            name='written_at',
            field=models.DateTimeField(help_text='Empty if it was written before this was recorded.', null=True),
        ),
        migrations.AlterField(
            model_name='document',
            name='ground',
            field=models.CharField(help_text='The policy, list of retractions and code it was written by.', max_length=200),
        ),
        migrations.AlterField(
            model_name='listentry',
            name='ground',
            field=models.CharField(help_text='The policy, list of retractions and code it was written by.', max_length=200),
        ),
        migrations.AlterField(
            model_name='passage',
            name='code',
            field=models.CharField(help_text='Names the code that wrote it.', max_length=150),
        ),
        migrations.AlterField(
            model_name='past',
            name='ground',
            field=models.CharField(help_text='The policy, list of retractions and code it was written by.', max_length=200),
        ),
    ]
