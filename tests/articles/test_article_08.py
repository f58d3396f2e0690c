"""第八条: the provider of keys backs up regularly and renews the keys; what it owes and has done is on record, and it reports it itself.

保障电子印章密钥(数字证书)的企业负责定期数据备份和电子印章密钥(数字证书)的续费升级工作。
"""

from accounts.backups import start_backup
from accounts.renewals import Renewal
from accounts.renewing import start
from tests.accounts.vendors import office_and_county, opened, renewal_of, vendor
from tests.cast import MONDAY


def test_the_key_vendor_is_charged_with_each_renewal_and_reports_it_done(city):
    firm, keys = vendor(city), office_and_county(city)
    opened(city, firm.provider)
    renewal = renewal_of(keys[0])
    start(renewal, by=city.engineer, at=MONDAY)
    assert list(Renewal.objects.for_person(firm.person).with_vendor()) == [renewal]
    renewal.serve(by=firm.person, at=MONDAY)
    assert not Renewal.objects.with_vendor().exists()


def test_the_key_vendor_backs_up_and_says_with_what_proof(city):
    firm = vendor(city)
    run = start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)
    run.finish(finished_at=MONDAY, checksum="ab" * 32, restored_on=MONDAY.date(), by=firm.person, at=MONDAY)
    assert (run.state, run.checksum, run.restored_on) == ("finished", "ab" * 32, MONDAY.date())
