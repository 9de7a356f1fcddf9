import pytest
from rest_framework import serializers

from editorial.http.serializers import StrictModelSerializer, StrictSerializer
from editorial.models import Audience


class Leaf(StrictSerializer):
    body = serializers.CharField()


class Tree(StrictSerializer):
    id = serializers.IntegerField(read_only=True)
    maker = serializers.HiddenField(default="the house")
    title = serializers.CharField()
    leaf = Leaf(required=False)
    leaves = Leaf(many=True, required=False)


class AudienceName(StrictModelSerializer):
    class Meta:
        model = Audience
        fields = ["name"]


def errors(data):
    serializer = Tree(data=data)
    assert not serializer.is_valid()
    return serializer.errors


def codes(data):
    return {name: [detail.code for detail in details] for name, details in errors(data).items()}


def test_known_fields_pass():
    serializer = Tree(data={"title": "t", "leaf": {"body": "b"}, "leaves": [{"body": "c"}]})
    assert serializer.is_valid()
    assert serializer.validated_data["leaves"] == [{"body": "c"}]


def test_unknown_read_only_and_hidden_fields_are_refused():
    assert codes({"title": "t", "titel": "t", "id": 1, "maker": "me"}) == {
        "titel": ["unknown_field"],
        "id": ["read_only"],
        "maker": ["read_only"],
    }


def test_unknown_fields_are_told_beside_the_other_errors():
    assert codes({"titel": "t"}) == {"titel": ["unknown_field"], "title": ["required"]}


def test_unknown_fields_are_refused_at_every_level():
    found = errors({"title": "t", "leaf": {"body": "b", "x": 1}, "leaves": [{"body": "b"}, {"body": "b", "y": 1}]})
    assert found["leaf"]["x"][0].code == "unknown_field"
    assert found["leaves"][1]["y"][0].code == "unknown_field"


@pytest.mark.parametrize("data", [[], "text", 5, [{"title": "t"}]])
def test_what_is_no_object_is_refused_as_a_whole(data):
    assert codes(data) == {"non_field_errors": ["invalid"]}


def test_model_serializers_can_be_strict():
    serializer = AudienceName(data={"name": "n", "x": 1})
    assert not serializer.is_valid()
    assert serializer.errors["x"][0].code == "unknown_field"
