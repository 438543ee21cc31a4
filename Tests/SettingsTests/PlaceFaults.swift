/// Settings files with a fault, and exactly what is said of each.
let placeFaults: [Fault] = [
  Fault(
    "an offering without what a launch needs",
    ruled + """
      pools:
        - name: chat
          kind: serving
          spot: {offerings: [{zone: us-east-1a}]}

      """,
    """
    finops.yaml:9:24: error: 'type' is missing: give it here or in the pool's 'launch'
        9 |     spot: {offerings: [{zone: us-east-1a}]}
          |                        ^
    finops.yaml:9:24: error: 'image' is missing: give it here, or in a 'launch' of the same region
        9 |     spot: {offerings: [{zone: us-east-1a}]}
          |                        ^
    2 errors. See: finops config explain pools.spot.offerings.type

    """),
  Fault(
    "an offering of another region without its image",
    ruled + """
      pools:
        - name: chat
          kind: serving
          launch: {type: g5.xlarge, image: ami-1}
          spot: {offerings: [{region: us-east-2}]}

      """,
    """
    finops.yaml:10:24: error: 'image' is missing: give it here, or in a 'launch' of the same region
       10 |     spot: {offerings: [{region: us-east-2}]}
          |                        ^
    finops.yaml:10:33: error: region 'us-east-2' is not among clouds.aws
       10 |     spot: {offerings: [{region: us-east-2}]}
          |                                 ^~~~~~~~~ did you mean 'us-east-1'?
    2 errors. See: finops config explain pools.spot.offerings.image

    """),
  Fault(
    "no offerings",
    ruled + """
      pools:
        - name: chat
          kind: serving
          spot: {offerings: []}

      """,
    """
    finops.yaml:9:23: error: 'offerings' must not be empty
        9 |     spot: {offerings: []}
          |                       ^
    1 error. See: finops config explain pools.spot.offerings

    """),
  Fault(
    "a share of nothing",
    ruled + """
      pools:
        - name: chat
          kind: serving
          launch: {type: g5.xlarge, image: ami-1}
          spot: {offerings: [{share: 0}]}

      """,
    """
    finops.yaml:10:32: error: 'share: 0' must be above 0%
       10 |     spot: {offerings: [{share: 0}]}
          |                                ^
    1 error. See: finops config explain pools.spot.offerings.share

    """),
  Fault(
    "two offerings of one name",
    ruled + """
      pools:
        - name: chat
          kind: serving
          launch: {type: g5.xlarge, image: ami-1}
          spot:
            offerings:
              - {name: a, zone: us-east-1a}
              - {name: a, zone: us-east-1b}

      """,
    """
    finops.yaml:13:18: error: offering 'a' is already defined in line 12
       13 |         - {name: a, zone: us-east-1b}
          |                  ^
    1 error. See: finops config explain pools.spot.offerings.name

    """),
  Fault(
    "a base on demand that cannot be bought",
    ruled + """
      pools:
        - name: chat
          kind: serving
          launch: {type: g5.xlarge, image: ami-1, capacity: spot}
          spot: {offerings: [{}], base_on_demand: 1}

      """,
    """
    finops.yaml:9:20: warning: no price is known for g5.xlarge (spot): its cost cannot be weighed or reported
        9 |     launch: {type: g5.xlarge, image: ami-1, capacity: spot}
          |                    ^~~~~~~~~ add it to 'prices'
    finops.yaml:10:45: error: 'base_on_demand' needs something to buy on demand
       10 |     spot: {offerings: [{}], base_on_demand: 1}
          |                                             ^ add 'on_demand', or a 'launch' that is on-demand
    1 error. See: finops config explain pools.spot.on_demand

    """),
  Fault(
    "an offering that is not of the pool",
    ruled + """
      pools:
        - name: chat
          kind: serving
          match: {cloud: aws, types: [g5.xlarge]}
          launch: {type: g5.xlarge, image: ami-1}
          spot: {offerings: [{}, {type: g6.xlarge}]}

      """,
    """
    finops.yaml:11:35: error: a g6.xlarge does not belong to pool 'chat': it would launch without end
       11 |     spot: {offerings: [{}, {type: g6.xlarge}]}
          |                                   ^~~~~~~~~ add it to 'match.types'
    1 error. See: finops config explain pools.spot.offerings.type

    """),
  Fault(
    "an offering that another pool would own",
    ruled + """
      pools:
        - {name: any, kind: dev, match: {types: [g6.xlarge]}}
        - name: chat
          kind: serving
          launch: {type: g5.xlarge, image: ami-1}
          spot: {offerings: [{type: g6.xlarge}]}

      """,
    """
    finops.yaml:11:31: error: a g6.xlarge of pool 'chat' would belong to 'any', which comes first by name
       11 |     spot: {offerings: [{type: g6.xlarge}]}
          |                               ^~~~~~~~~ tell them apart by 'match.tags'
    1 error. See: finops config explain pools.spot.offerings.type

    """),
  Fault(
    "a launch that is not of the pool",
    ruled + """
      pools:
        - name: chat
          kind: serving
          match: {types: [p5.48xlarge]}
          launch: {type: g5.xlarge, image: ami-1}

      """,
    """
    finops.yaml:10:20: error: a g5.xlarge does not belong to pool 'chat': it would launch without end
       10 |     launch: {type: g5.xlarge, image: ami-1}
          |                    ^~~~~~~~~ add it to 'match.types'
    1 error. See: finops config explain pools.launch.type

    """),
  Fault(
    "a fallback on an unknown pool",
    ruled + """
      pools:
        - name: chat
          kind: serving
          fallback: [chat-a10]
          match: {tags: {pool: a}}
        - {name: chat-a100, kind: serving, match: {tags: {pool: b}}}

      """,
    """
    finops.yaml:9:16: error: there is no pool 'chat-a10' to fall back on
        9 |     fallback: [chat-a10]
          |                ^~~~~~~~ did you mean 'chat-a100'?
    1 error. See: finops config explain pools.fallback

    """),
  Fault(
    "a fallback on itself",
    ruled + """
      pools:
        - name: chat
          kind: serving
          fallback: [chat]

      """,
    """
    finops.yaml:9:16: error: pool 'chat' falls back on itself
        9 |     fallback: [chat]
          |                ^~~~
    1 error. See: finops config explain pools.fallback

    """),
  Fault(
    "a fallback in a circle",
    ruled + """
      pools:
        - {name: c, kind: serving, match: {tags: {pool: c}}, fallback: [a]}
        - {name: a, kind: serving, match: {tags: {pool: a}}, fallback: [b]}
        - {name: b, kind: serving, match: {tags: {pool: b}}, fallback: [c]}

      """,
    """
    finops.yaml:8:67: error: the fallback goes in a circle: a -> b -> c -> a
        8 |   - {name: a, kind: serving, match: {tags: {pool: a}}, fallback: [b]}
          |                                                                   ^ remove one of these steps
    1 error. See: finops config explain pools.fallback

    """),
  Fault(
    "a fallback said twice",
    ruled + """
      pools:
        - name: chat
          kind: serving
          launch: {type: g5.xlarge, image: ami-1}
          fallback: [rest]
          spot: {offerings: [{}], overflow: [rest]}
          match: {tags: {pool: a}}
        - {name: rest, kind: serving, match: {tags: {pool: b}}}

      """,
    """
    finops.yaml:10:15: error: 'fallback' and 'spot.overflow' say the same: keep one
       10 |     fallback: [rest]
          |               ^
    1 error. See: finops config explain pools.fallback

    """),
]
