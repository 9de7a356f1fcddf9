from tests import factories

DEAD_REDIS = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
}


def test_reader_question_without_redis_is_kept_uncounted(api, settings, db):
    version = factories.make_approved()
    settings.CACHES = DEAD_REDIS
    answer = api.post(f"/api/v1/articles/{version.article.slug}/questions/", {"text": "Is it dangerous?"})
    assert answer.status_code in (201, 202)
    assert version.article.questions.count() == 1


def test_token_without_redis_is_given(api, settings, wanda):
    settings.CACHES = DEAD_REDIS
    wanda.set_password("three quiet herons")
    wanda.save()
    answer = api.post("/api/v1/tokens/", {"username": "wanda", "password": "three quiet herons"})
    assert answer.status_code == 201
