from regard.lake.models.change import LakeChange, LakeState

__all__ = ["LakeChange", "LakeState"]
