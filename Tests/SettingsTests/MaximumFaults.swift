/// Settings files with a fault, and exactly what is said of each.
let maximumFaults: [Fault] = [
  Fault(
    "a base on demand above the pool's maximum",
    ruled + """
      pools:
        - name: chat
          kind: serving
          nodes: 0..4
          launch: {type: g5.xlarge, image: ami-1}
          spot: {offerings: [{}], base_on_demand: 5}

      """,
    """
    finops.yaml:11:45: error: 'base_on_demand: 5' is above the pool's maximum of 4
       11 |     spot: {offerings: [{}], base_on_demand: 5}
          |                                             ^ write at most 4, or raise 'nodes'
    1 error. See: finops config explain pools.spot.base_on_demand

    """),
  Fault(
    "a schedule above the pool's maximum",
    ruled + """
      pools:
        - name: chat
          kind: serving
          nodes: 0..4
          schedule:
            - {cron: "0 8 * * *", duration: 8h, nodes: 4..6}
            - {cron: "0 9 * * *", duration: 8h, nodes: 5..6}

      """,
    """
    finops.yaml:12:50: error: the schedule's minimum of 5 is above the pool's maximum of 4
       12 |       - {cron: "0 9 * * *", duration: 8h, nodes: 5..6}
          |                                                  ^~~~ the pool's 'nodes' bind always: raise them
    1 error. See: finops config explain pools.schedule.nodes

    """),
  Fault(
    "two schedules of one name",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {name: day, cron: "0 8 * * *", duration: 8h, nodes: 4..6}
            - {name: day, cron: "0 9 * * *", duration: 8h, nodes: 5..6}

      """,
    """
    finops.yaml:11:16: error: schedule 'day' is already defined in line 10
       11 |       - {name: day, cron: "0 9 * * *", duration: 8h, nodes: 5..6}
          |                ^~~
    1 error. See: finops config explain pools.schedule.name

    """),
  Fault(
    "a fallback on one pool twice",
    ruled + """
      pools:
        - name: chat
          kind: serving
          match: {tags: {pool: a}}
          fallback: [rest, rest]
        - {name: rest, kind: serving, match: {tags: {pool: b}}}

      """,
    """
    finops.yaml:10:22: error: pool 'rest' is named twice
       10 |     fallback: [rest, rest]
          |                      ^~~~ keep the first
    1 error. See: finops config explain pools.fallback

    """),
  Fault(
    "a negative budget",
    ruled + """
      pools:
        - {name: chat, kind: serving}
      budgets: [{name: research, monthly: $-5}]

      """,
    """
    finops.yaml:8:37: error: 'monthly: $-5' is not an amount: write $30000/month, with at most nine decimals
        8 | budgets: [{name: research, monthly: $-5}]
          |                                     ^~~
    1 error. See: finops config explain budgets.monthly

    """),
]
