"""What the product promises, by which scenes each promise is shown, and the figure that is aimed at."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Promise:
    """``scenes`` are what pytest is given; ``told`` are properties that these scenes record, summed over them (``most:`` takes the largest).

    Where the scenes write their figures to a file of their own, ``kept_in`` names it.
    """

    name: str
    aim: str
    scenes: tuple[str, ...]
    told: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    kept_in: str = ""


PROMISES = (
    Promise(
        "一件一回执：同时签收、反复签收，一个单位一轮只有一张回执",
        "0 张重复",
        (
            "tests/circulars/test_signing_rush.py",
            "tests/circulars/test_signing_race.py",
            "tests/circulars/test_delivery_life.py",
            "tests/articles/test_article_07.py",
        ),
    ),
    Promise(
        "答复成功的一定留下：进程被杀、数据库中断、线路切断",
        "≥ 10,000 次签收，丢 0，重 0；对照试验全部查出",
        ("tests/faults",),
        ("acknowledged", "lost", "doubled", "twins_caught"),
        {"FAULTS_WHOLE": "3", "TEST_DATABASE": "postgresql"},
        kept_in="var/faults.json",
    ),
    Promise(
        "发送要么全部送达，要么没有发生",
        "0 次只送一半",
        (
            "tests/faults/test_killed_acts.py",
            "tests/faults/test_interrupted_acts.py",
            "tests/circulars/test_dispatch.py",
        ),
    ),
    Promise(
        "不该看的看不到：每个地址、每种职责",
        "0 处泄露；每个地址都有权限行",
        (
            "tests/hostile/test_crawl.py",
            "tests/hostile/test_who_sees_what.py",
            "tests/hostile/test_counties_apart.py",
            "tests/hostile/test_inner_words.py",
            "tests/test_access.py",
        ),
    ),
    Promise("五十二种攻击都被拒绝", "全部通过，没有 5xx", ("tests/hostile",)),
    Promise(
        "改动瞒不过：绕过系统改库、改文件",
        "十种改动全部查出并指明位置",
        (
            "tests/hostile/test_tampering.py",
            "tests/hostile/test_records_changed_behind_seals.py",
            "tests/cms/test_verifying.py",
        ),
    ),
    Promise(
        "第三方能独立核验",
        "随机改动 1,000 处全部查出，完好的没有误报",
        (
            "tests/circulars/test_verifier.py",
            "tests/circulars/test_verifier_faults.py",
            "tests/circulars/test_bundle.py",
        ),
    ),
    Promise(
        "备份能恢复",
        "恢复后逐行一致",
        ("tests/faults/test_backups.py", "tests/faults/test_backups_interrupted.py", "tests/faults/test_drills.py"),
    ),
    Promise(
        "早八点同时登录",
        "60 秒内 500 人登录，p95 ≤ 3000 毫秒，0 人失败；同时签收 p95 ≤ 500 毫秒",
        ("tests/faults/test_morning_rush.py",),
        ("signed_in", "most:in_seconds", "most:sign_in_p95_ms", "signed_for", "most:sign_for_p95_ms"),
        {"RUSH": "1"},
    ),
    Promise(
        "外部服务可以失灵：网关、时间戳、印章",
        "签收照常，积压补齐",
        (
            "tests/circulars/test_notice_gateways.py",
            "tests/hostile/test_gateways_that_lie.py",
            "tests/circulars/test_receipts.py",
            "tests/circulars/test_sealing.py",
        ),
    ),
    Promise(
        "登录难以攻破",
        "五次锁定，单因子进不来",
        (
            "tests/hostile/test_signing_in.py",
            "tests/hostile/test_sessions_that_end.py",
            "tests/hostile/test_codes_at_once.py",
            "tests/accounts/test_second_factor.py",
            "tests/accounts/test_passkeys.py",
            "tests/accounts/test_lockout.py",
        ),
    ),
    Promise(
        "文件安全",
        "该拒的都拒，该收的都收",
        (
            "tests/cms/test_attachments.py",
            "tests/cms/test_readapart.py",
            "tests/circulars/test_docxin_bounds.py",
            "tests/hostile/test_files_by_content.py",
            "tests/hostile/test_files_that_act.py",
            "tests/hostile/test_files_in_parts.py",
            "tests/hostile/test_files_scanned.py",
            "tests/hostile/test_good_files.py",
        ),
    ),
    Promise(
        "报表安全",
        "0 个能执行的公式，报表照常生成",
        ("tests/hostile/test_exports.py", "tests/reports/test_workbooks.py"),
    ),
    Promise(
        "三员分立",
        "0 项权限重叠，由数据库保证",
        ("tests/hostile/test_what_one_may_not_do.py", "tests/accounts/test_first_run.py"),
    ),
    Promise(
        "等级保护和密码应用逐项自查", "系统一侧各项通过，其余如实列为使用单位的", ("tests/reports/test_compliance.py",)
    ),
    Promise(
        "不安全不启动",
        "设置、时钟、密钥、持久性不合格就拒绝启动",
        ("tests/accounts/test_start.py", "tests/cms/test_durability.py", "tests/test_deploy.py"),
    ),
    Promise(
        "代码健康",
        "bandit 没有高危；make coverage 后覆盖率 ≥ 95 %",
        ("tests/test_code_health.py",),
        ("high_findings", "covered_percent"),
    ),
)
