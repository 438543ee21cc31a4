/// Settings files with a fault, and exactly what is said of each.
let moneyFaults: [Fault] = [
  Fault(
    "a budget without a unit",
    ruled + """
      pools:
        - name: chat
          kind: serving
          match: {tags: {team: research}}
      budgets: [{name: research, monthly: 30000}]

      """,
    """
    finops.yaml:10:37: error: 'monthly: 30000' needs a unit: write $30000/month
       10 | budgets: [{name: research, monthly: 30000}]
          |                                     ^~~~~
    1 error. See: finops config explain budgets.monthly

    """),
  Fault(
    "a budget of nothing",
    ruled + """
      pools:
        - name: chat
          kind: serving
          match: {tags: {team: research}}
      budgets: [{name: research, monthly: $0}]

      """,
    """
    finops.yaml:10:37: error: a budget of nothing: no pool could ever run
       10 | budgets: [{name: research, monthly: $0}]
          |                                     ^~
    1 error. See: finops config explain budgets.monthly

    """),
  Fault(
    "a budget of a year",
    ruled + """
      pools:
        - name: chat
          kind: serving
          match: {tags: {team: research}}
      budgets: [{name: research, monthly: $30000/year}]

      """,
    """
    finops.yaml:10:37: error: 'monthly: $30000/year' is not an amount: write $30000/month, with at most nine decimals
       10 | budgets: [{name: research, monthly: $30000/year}]
          |                                     ^~~~~~~~~~~
    1 error. See: finops config explain budgets.monthly

    """),
  Fault(
    "a budget of an unknown pool",
    ruled + """
      pools:
        - name: chat
          kind: serving
          match: {tags: {team: research}}
      budgets: [{name: research, monthly: $30000, pools: [chta]}]

      """,
    """
    finops.yaml:10:53: error: there is no pool 'chta'
       10 | budgets: [{name: research, monthly: $30000, pools: [chta]}]
          |                                                     ^~~~ did you mean 'chat'?
    1 error. See: finops config explain budgets.pools

    """),
  Fault(
    "a budget that matches nothing",
    ruled + """
      pools:
        - name: chat
          kind: serving
          match: {tags: {team: research}}
      budgets: [{name: research, monthly: $30000, match: {tags: {team: reserch}}}]

      """,
    """
    finops.yaml:10:52: error: budget 'research' matches no pool
       10 | budgets: [{name: research, monthly: $30000, match: {tags: {team: reserch}}}]
          |                                                    ^ a pool is matched when its own 'match' says the same
    1 error. See: finops config explain budgets.match

    """),
  Fault(
    "a budget where there are no pools",
    ruled + """
      budgets: [{name: all, monthly: $30000}]

      """,
    """
    finops.yaml:6:18: error: budget 'all' matches no pool
        6 | budgets: [{name: all, monthly: $30000}]
          |                  ^~~ there are no pools
    1 error. See: finops config explain budgets.match

    """),
  Fault(
    "a budget that chooses twice",
    ruled + """
      pools:
        - name: chat
          kind: serving
          match: {tags: {team: research}}
      budgets: [{name: research, monthly: $1, pools: [chat], match: {tags: {team: research}}}]

      """,
    """
    finops.yaml:10:63: error: 'pools' and 'match' both choose pools: keep one
       10 | budgets: [{name: research, monthly: $1, pools: [chat], match: {tags: {team: research}}}]
          |                                                               ^
    1 error. See: finops config explain budgets.match

    """),
  Fault(
    "a budget whose steps are out of order",
    ruled + """
      pools:
        - name: chat
          kind: serving
          match: {tags: {team: research}}
      budgets: [{name: research, monthly: $1, spot_only_at: 110%, freeze_at: 90%}]

      """,
    """
    finops.yaml:10:72: error: 'freeze_at: 90%' is below 'spot_only_at: 110%'
       10 | budgets: [{name: research, monthly: $1, spot_only_at: 110%, freeze_at: 90%}]
          |                                                                        ^~~ the order is inform_at, spot_only_at, freeze_at, shrink_at
    1 error. See: finops config explain budgets.freeze_at

    """),
  Fault(
    "a budget's step against a default",
    ruled + """
      pools:
        - name: chat
          kind: serving
          match: {tags: {team: research}}
      budgets: [{name: research, monthly: $1, inform_at: 90%}]

      """,
    """
    finops.yaml:10:52: error: 'spot_only_at: 80%' is below 'inform_at: 90%'
       10 | budgets: [{name: research, monthly: $1, inform_at: 90%}]
          |                                                    ^~~ the order is inform_at, spot_only_at, freeze_at, shrink_at
    1 error. See: finops config explain budgets.inform_at

    """),
  Fault(
    "a budget's step that is too high",
    ruled + """
      pools:
        - name: chat
          kind: serving
          match: {tags: {team: research}}
      budgets: [{name: research, monthly: $1, shrink_at: 201%, freeze_at: 80}]

      """,
    """
    finops.yaml:10:52: error: 'shrink_at: 201%' must be above 0% and at most 200%
       10 | budgets: [{name: research, monthly: $1, shrink_at: 201%, freeze_at: 80}]
          |                                                    ^~~~
    finops.yaml:10:69: error: 'freeze_at: 80' must be above 0% and at most 200%
       10 | budgets: [{name: research, monthly: $1, shrink_at: 201%, freeze_at: 80}]
          |                                                                     ^~ did you mean '80%'?
    2 errors. See: finops config explain budgets.shrink_at

    """),
  Fault(
    "two budgets of one name",
    ruled + """
      pools:
        - name: chat
          kind: serving
          match: {tags: {team: research}}
      budgets:
        - {name: research, monthly: $1}
        - {name: research, monthly: $2}

      """,
    """
    finops.yaml:12:12: error: budget 'research' is already defined in line 11
       12 |   - {name: research, monthly: $2}
          |            ^~~~~~~~
    1 error. See: finops config explain budgets.name

    """),
  Fault(
    "a cap without a unit",
    ruled + """
      spend: {hourly_cap: 120}

      """,
    """
    finops.yaml:6:21: error: 'hourly_cap: 120' needs a unit: write $120/h
        6 | spend: {hourly_cap: 120}
          |                     ^~~
    1 error. See: finops config explain spend.hourly_cap

    """),
  Fault(
    "a commitment of an unknown cloud",
    ruled + """
      commitments: [{name: sp, cloud: asw, hourly: $1}]

      """,
    """
    finops.yaml:6:33: error: there is no cloud 'asw' under clouds
        6 | commitments: [{name: sp, cloud: asw, hourly: $1}]
          |                                 ^~~ did you mean 'aws'?
    1 error. See: finops config explain commitments.cloud

    """),
  Fault(
    "a commitment of no machines until no day",
    ruled + """
      commitments: [{name: sp, cloud: aws, hourly: $1, count: 0, until: soon}]

      """,
    """
    finops.yaml:6:57: error: 'count: 0' must be a whole number from 1 to 100000
        6 | commitments: [{name: sp, cloud: aws, hourly: $1, count: 0, until: soon}]
          |                                                         ^
    finops.yaml:6:67: error: 'until: soon' is not a day: write 2027-01-01 or 2027-01-01T12:00:00Z
        6 | commitments: [{name: sp, cloud: aws, hourly: $1, count: 0, until: soon}]
          |                                                                   ^~~~
    2 errors. See: finops config explain commitments.count

    """),
  Fault(
    "acts without a limit",
    ruled + """
      safety: {acts_per_minute: 0, flip_window: 30s, burn_rate: 0, largest_jump: 0%}

      """,
    """
    finops.yaml:6:27: error: 'acts_per_minute: 0' must be a whole number from 1 to 1000
        6 | safety: {acts_per_minute: 0, flip_window: 30s, burn_rate: 0, largest_jump: 0%}
          |                           ^
    finops.yaml:6:43: error: 'flip_window: 30s' must be from 1m to 1d
        6 | safety: {acts_per_minute: 0, flip_window: 30s, burn_rate: 0, largest_jump: 0%}
          |                                           ^~~
    finops.yaml:6:59: error: 'burn_rate: 0' must be a number above 0, at most 1000000
        6 | safety: {acts_per_minute: 0, flip_window: 30s, burn_rate: 0, largest_jump: 0%}
          |                                                           ^
    finops.yaml:6:76: error: 'largest_jump: 0%' must be above 0%
        6 | safety: {acts_per_minute: 0, flip_window: 30s, burn_rate: 0, largest_jump: 0%}
          |                                                                            ^~
    4 errors. See: finops config explain safety.acts_per_minute

    """),
  Fault(
    "a saving without a unit",
    ruled + """
      safety: {least_saving: 0.5}

      """,
    """
    finops.yaml:6:24: error: 'least_saving: 0.5' needs a unit: write $0.5/day
        6 | safety: {least_saving: 0.5}
          |                        ^~~
    1 error. See: finops config explain safety.least_saving

    """),
  Fault(
    "an unknown safety key",
    ruled + """
      safety: {act_per_minute: 5}

      """,
    """
    finops.yaml:6:10: error: unknown key 'act_per_minute' in safety
        6 | safety: {act_per_minute: 5}
          |          ^~~~~~~~~~~~~~ did you mean 'acts_per_minute'?
    1 error. See: finops config explain safety.acts_per_minute

    """),
  Fault(
    "a token in the file",
    ruled + """
      api: {token: s3cret}

      """,
    """
    finops.yaml:6:14: error: 'token' must not stand in this file: write where it is kept instead
        6 | api: {token: *******
          |              ^~~~~~ token: {env: FINOPS_TOKEN} or {file: /run/secrets/token}
    1 error. See: finops config explain api.token

    """),
]
