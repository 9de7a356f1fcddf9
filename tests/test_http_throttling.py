from tests import factories

DEAD_REDIS = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
}


def test_reader_without_redis_is_answered_and_heard_uncounted(api, settings, db):
    version = factories.make_approved()
    settings.CACHES = DEAD_REDIS
    address = f"/api/v1/articles/{version.article.slug}"
    assert api.post(f"{address}/questions/", {"text": "Is it dangerous?"}).status_code == 200
    assert api.post(f"{address}/reports/", {"text": "It is dangerous."}).status_code == 201
    assert version.article.reports.count() == 1


def test_token_without_redis_is_given(api, settings, wanda):
    settings.CACHES = DEAD_REDIS
    wanda.set_password("three quiet herons")
    wanda.save()
    answer = api.post("/api/v1/tokens/", {"username": "wanda", "password": "three quiet herons"})
    assert answer.status_code == 201
