from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "内容基础"

    def ready(self) -> None:
        from cms import checks  # noqa: F401  registers itself
        from cms.checkpoints import sweep_checkpoints
        from cms.isolation import sweep_isolation
        from cms.ledgertree import number_leaves, number_stragglers
        from cms.revocations import sweep_lists
        from cms.sweep import register
        from cms.textmessages import sweep_texts
        from cms.unheld import sweep_incoming, sweep_unheld

        register(sweep_texts)
        register(sweep_unheld)
        register(sweep_incoming)
        register(number_leaves)
        register(number_stragglers)
        register(sweep_checkpoints)
        register(sweep_lists)
        register(sweep_isolation)
