/// Settings files with a fault, and exactly what is said of each.
let policyFaults: [Fault] = [
  Fault(
    "a policy with an unknown key",
    """
    version: 1
    policy:
      scalling: {stance: strict}

    """,
    """
    policy.yaml:3:3: error: unknown key 'scalling' in policy
        3 |   scalling: {stance: strict}
          |   ^~~~~~~~ did you mean 'scaling'?
    1 error. See: finops config explain pools.scaling

    """),
  Fault(
    "a policy of places",
    """
    version: 1
    policy: {spot: {offerings: []}}

    """,
    """
    policy.yaml:2:17: error: unknown key 'offerings' in policy.spot
        2 | policy: {spot: {offerings: []}}
          |                 ^~~~~~~~~
    1 error. See: finops config explain pools.spot

    """),
  Fault(
    "a policy that scales what is not served",
    """
    version: 1
    policy: {kind: batch, scaling: {stance: strict}}

    """,
    """
    policy.yaml:2:32: error: 'scaling' is for serving pools: 'policy' is batch
        2 | policy: {kind: batch, scaling: {stance: strict}}
          |                                ^ add 'kind: serving', or remove 'scaling'
    1 error. See: finops config explain pools.scaling

    """),
  Fault(
    "a policy with rungs out of order",
    """
    version: 1
    policy:
      ladder: {notify: 10m, unload: 5m}

    """,
    """
    policy.yaml:3:33: error: 'unload: 5m' is not later than 'notify: 10m'
        3 |   ladder: {notify: 10m, unload: 5m}
          |                                 ^~ the order is notify, unload, stop, terminate
    1 error. See: finops config explain pools.ladder.unload

    """),
  Fault(
    "a policy without a policy",
    """
    version: 1
    name: mine

    """,
    """
    policy.yaml:1:1: error: 'policy' is missing
        1 | version: 1
          | ^
    1 error. See: finops config explain pools

    """),
  Fault(
    "an empty file",
    """

    """,
    """
    policy.yaml:1:1: error: the file is empty: a policy file has 'version: 1' and 'policy: {…}' (docs/configuration.md)
        1 | 
          | ^
    1 error.

    """),
]
