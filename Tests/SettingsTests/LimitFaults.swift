/// Settings files with a fault, and exactly what is said of each.
let limitFaults: [Fault] = [
  Fault(
    "a price without a unit",
    ruled + """
      pools:
        - name: chat
          kind: serving
          launch: {type: g5.xlarge, image: ami-1}
          max_price: 24

      """,
    """
    finops.yaml:10:16: error: 'max_price: 24' needs a unit: write $24/h for a node, or $3/gpu-h
       10 |     max_price: 24
          |                ^~
    1 error. See: finops config explain pools.max_price

    """),
  Fault(
    "a price of an unknown unit",
    ruled + """
      pools:
        - name: chat
          kind: serving
          launch: {type: g5.xlarge, image: ami-1}
          max_price: $24/d

      """,
    """
    finops.yaml:10:16: error: 'max_price: $24/d' is not a price: write $24/h for a node, or $3/gpu-h
       10 |     max_price: $24/d
          |                ^~~~~
    1 error. See: finops config explain pools.max_price

    """),
  Fault(
    "a price for each GPU of an unknown type",
    ruled + """
      pools:
        - name: chat
          kind: serving
          launch: {type: g5.xlarge, image: ami-1}
          max_price: $3/gpu-h

      """,
    """
    finops.yaml:10:16: error: how many GPUs a g5.xlarge has is not known here
       10 |     max_price: $3/gpu-h
          |                ^~~~~~~~ write the price of a node, as $24/h
    1 error. See: finops config explain pools.max_price

    """),
  Fault(
    "a price for each GPU of no type",
    ruled + """
      pools:
        - name: chat
          kind: serving
          max_price: $3/gpu-h

      """,
    """
    finops.yaml:9:16: error: a price for each GPU needs the pool's 'launch', whose GPUs are counted
        9 |     max_price: $3/gpu-h
          |                ^~~~~~~~ write the price of a node, as $24/h
    1 error. See: finops config explain pools.max_price

    """),
  Fault(
    "a price below that of the launch",
    ruled + """
      pools:
        - name: chat
          kind: serving
          launch: {type: g5.xlarge, image: ami-1}
          max_price: $0.99/h

      """,
    """
    finops.yaml:10:16: error: a g5.xlarge (on-demand) costs $1/h, more than 'max_price': it can never launch
       10 |     max_price: $0.99/h
          |                ^~~~~~~ write at least $1/h
    1 error. See: finops config explain pools.max_price

    """),
  Fault(
    "a priority that is negative",
    ruled + """
      pools:
        - name: chat
          kind: serving
          priority: -1

      """,
    """
    finops.yaml:9:15: error: 'priority: -1' must be a whole number from 0 to 1000
        9 |     priority: -1
          |               ^~
    1 error. See: finops config explain pools.priority

    """),
  Fault(
    "a disruption budget without a limit",
    ruled + """
      pools:
        - name: chat
          kind: serving
          disruption: {budgets: [{reasons: [idle]}]}

      """,
    """
    finops.yaml:9:28: error: 'nodes' is missing in pools[0].disruption.budgets[0]
        9 |     disruption: {budgets: [{reasons: [idle]}]}
          |                            ^
    1 error. See: finops config explain pools.disruption.budgets.nodes

    """),
  Fault(
    "a disruption budget of too much",
    ruled + """
      pools:
        - name: chat
          kind: serving
          disruption: {budgets: [{nodes: 110%}]}

      """,
    """
    finops.yaml:9:36: error: 'nodes: 110%' must be from 0% to 100%
        9 |     disruption: {budgets: [{nodes: 110%}]}
          |                                    ^~~~
    1 error. See: finops config explain pools.disruption.budgets.nodes

    """),
  Fault(
    "an unknown reason",
    ruled + """
      pools:
        - name: chat
          kind: serving
          disruption: {budgets: [{nodes: 1, reasons: [idel]}]}

      """,
    """
    finops.yaml:9:49: error: 'reasons[0]: idel' must be one of idle, surplus, rightsize, spot
        9 |     disruption: {budgets: [{nodes: 1, reasons: [idel]}]}
          |                                                 ^~~~ did you mean 'idle'?
    1 error. See: finops config explain pools.disruption.budgets.reasons

    """),
  Fault(
    "a disruption schedule without an end",
    ruled + """
      pools:
        - name: chat
          kind: serving
          disruption: {budgets: [{nodes: 0, schedule: "0 9 * * 1-5"}]}

      """,
    """
    finops.yaml:9:49: error: 'schedule' says when it begins and not when it ends
        9 |     disruption: {budgets: [{nodes: 0, schedule: "0 9 * * 1-5"}]}
          |                                                 ^~~~~~~~~~~~~ add 'duration: 8h' or 'until: "17:00"'
    1 error. See: finops config explain pools.disruption.budgets.duration

    """),
  Fault(
    "a duration without a schedule",
    ruled + """
      pools:
        - name: chat
          kind: serving
          disruption: {budgets: [{nodes: 0, duration: 8h}]}

      """,
    """
    finops.yaml:9:49: error: 'duration' has no effect without 'schedule'
        9 |     disruption: {budgets: [{nodes: 0, duration: 8h}]}
          |                                                 ^~ add 'schedule: "0 9 * * 1-5"', or remove it
    1 error. See: finops config explain pools.disruption.budgets.schedule

    """),
]
