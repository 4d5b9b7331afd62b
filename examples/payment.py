"""A zone is founded, votes on a payment and makes it; then every figure is checked. On an EVM inside this process:

python examples/payment.py
"""

from pathlib import Path

import zonedao
from zonedao import charter, federation
from zonedao.chain.connection import connect
from zonedao.chain.signers import dev_account

chain = connect("embedded")  # or "anvil", or the URL of a node
people = [dev_account(number) for number in range(14)]  # the charter's members have the keys that everybody knows
ada, ben = people[:2]

plan = charter.plan(charter.load(Path(__file__).with_name("elmcourt.toml")))
founded = federation.deploy(chain, ada, plan)
zone = zonedao.connect(chain, founded.zone.root, ada)  # ada acts; zone.acting_as(ben) is the same for ben
zone.treasury.deposit(5 * 10**18).transact()

action = zone.propose_pay(ben.address, 2 * 10**18, title="Ben repairs the oven")
print(action.explain())  # what it does, its class, what it takes to pass
proposal = action.transact().value

chain.skip(proposal.opens_at - chain.now() + 1)
for member in people[:6]:
    zone.acting_as(member).proposal(proposal.number).vote("for").transact()
chain.skip(proposal.closes_at - chain.now() + 1)
proposal.queue().transact()
chain.skip(proposal.status().eta - chain.now() + 1)
print(*proposal.execute().transact().in_words(), sep="\n")

print(*zone.acting_as(ben).treasury.withdraw().transact().in_words(), sep="\n")
print(f"Proposal {proposal.number} is {proposal.state.title}, with {proposal.votes.for_} votes for it.")
zone.audit().require_ok()
print(f"{zone.name} has {zone.treasury.accounts(zone)[0].balance} left, and is what its events say.")
