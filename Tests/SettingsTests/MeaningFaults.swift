/// Settings files with a fault, and exactly what is said of each.
let meaningFaults: [Fault] = [
  Fault(
    "two pools of one name",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: {type: aws, regions: [us-east-1]}
    collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
    pools:
      - {name: chat, kind: dev, match: {tags: {pool: a}}}
      - {name: chat, kind: dev, match: {tags: {pool: b}}}

    """,
    """
    finops.yaml:8:12: error: pool 'chat' is already defined in line 7
        8 |   - {name: chat, kind: dev, match: {tags: {pool: b}}}
          |            ^~~~
    1 error. See: finops config explain pools.name

    """),
  Fault(
    "a pool whose nodes all belong to another",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: {type: aws, regions: [us-east-1]}
    collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
    pools:
      - {name: any, kind: dev, match: {cloud: aws}}
      - {name: chat, kind: dev, match: {cloud: aws, tags: {pool: chat}}}

    """,
    """
    finops.yaml:8:36: error: pool 'chat' can never have a node: 'any' comes first by name and matches all of them
        8 |   - {name: chat, kind: dev, match: {cloud: aws, tags: {pool: chat}}}
          |                                    ^
    1 error. See: finops config explain pools.match

    """),
  Fault(
    "a pool of an unknown cloud",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: {type: aws, regions: [us-east-1]}
    collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
    pools:
      - {name: chat, kind: dev, match: {cloud: asw}}

    """,
    """
    finops.yaml:7:44: error: there is no cloud 'asw' under clouds
        7 |   - {name: chat, kind: dev, match: {cloud: asw}}
          |                                            ^~~ did you mean 'aws'?
    1 error. See: finops config explain pools.match.cloud

    """),
  Fault(
    "a launch in a region that is not watched",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: {type: aws, regions: [us-east-1]}
    collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
    pools:
      - {name: chat, kind: dev, launch: {region: us-east-2, type: g5.xlarge, image: ami-1}}

    """,
    """
    finops.yaml:7:46: error: region 'us-east-2' is not among clouds.aws
        7 |   - {name: chat, kind: dev, launch: {region: us-east-2, type: g5.xlarge, image: ami-1}}
          |                                              ^~~~~~~~~ did you mean 'us-east-1'?
    finops.yaml:7:63: warning: no price is known for g5.xlarge (on-demand): its cost cannot be weighed or reported
        7 |   - {name: chat, kind: dev, launch: {region: us-east-2, type: g5.xlarge, image: ami-1}}
          |                                                               ^~~~~~~~~ add it to 'prices'
    1 error. See: finops config explain clouds.regions

    """),
  Fault(
    "a launch that could be in several regions",
    """
    version: 1
    fleet: {name: prod}
    collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
    clouds: {aws: {type: aws, regions: [us-east-1, eu-west-1]}}
    pools:
      - {name: chat, kind: dev, launch: {type: g5.xlarge, image: ami-1}}

    """,
    """
    finops.yaml:6:37: error: a launch needs its region: clouds.aws has several
        6 |   - {name: chat, kind: dev, launch: {type: g5.xlarge, image: ami-1}}
          |                                     ^
    finops.yaml:6:44: warning: no price is known for g5.xlarge (on-demand): its cost cannot be weighed or reported
        6 |   - {name: chat, kind: dev, launch: {type: g5.xlarge, image: ami-1}}
          |                                            ^~~~~~~~~ add it to 'prices'
    1 error. See: finops config explain pools.launch.region

    """),
  Fault(
    "a secret written inline",
    """
    version: 1
    fleet: {name: prod}
    alerts:
      channels:
        - name: ops
          type: webhook
          url: https://example.com/hook
          secret: whsec_c2VjcmV0

    """,
    """
    finops.yaml:8:15: error: 'secret' must not stand in this file: write where it is kept instead
        8 |       secret: **************
          |               ^~~~~~~~~~~~~~ secret: {env: FINOPS_SECRET} or {file: /run/secrets/secret}
    1 error. See: finops config explain alerts.channels.secret

    """),
  Fault(
    "a connection string written inline",
    """
    version: 1
    fleet: {name: prod}
    database: {url: "postgres://u:p@db/finops"}

    """,
    """
    finops.yaml:3:17: error: 'url' must not stand in this file: write where it is kept instead
        3 | database: {url: ***************************
          |                 ^~~~~~~~~~~~~~~~~~~~~~~~~~ url: {env: FINOPS_URL} or {file: /run/secrets/url}
    1 error. See: finops config explain database.url

    """),
  Fault(
    "a secret under a misspelt key",
    """
    version: 1
    fleet: {name: prod}
    alerts:
      channels:
        - {name: ops, type: webhook, url: https://example.com, secrt: whsec_c2VjcmV0}

    """,
    """
    finops.yaml:5:7: error: 'secret' is missing in alerts.channels[0] (ops)
        5 |     - {name: ops, type: webhook, url: https://example.com, secrt: whsec_********}
          |       ^
    finops.yaml:5:60: error: unknown key 'secrt' in alerts.channels[0] (ops)
        5 |     - {name: ops, type: webhook, url: https://example.com, secrt: whsec_********}
          |                                                            ^~~~~ did you mean 'secret'?
    2 errors. See: finops config explain alerts.channels.secret

    """),
  Fault(
    "a secret in place of a variable's name",
    """
    version: 1
    fleet: {name: prod}
    database: {url: {env: "postgres://u:p@db/finops"}}

    """,
    """
    finops.yaml:3:23: error: 'env' is not the name of an environment variable: use letters, digits and _
        3 | database: {url: {env: ****************************
          |                       ^~~~~~~~~~~~~~~~~~~~~~~~~~
    1 error. See: finops config explain database.url

    """),
  Fault(
    "a secret kept in two places",
    """
    version: 1
    fleet: {name: prod}
    database: {url: {env: A, file: b}}

    """,
    """
    finops.yaml:3:17: error: 'url' takes exactly one of env, file, exec
        3 | database: {url: {env: A, file: b}}
          |                 ^
    1 error. See: finops config explain database.url

    """),
  Fault(
    "an alert to a private address",
    """
    version: 1
    fleet: {name: prod}
    alerts:
      channels:
        - {name: ops, type: webhook, url: "https://169.254.169.254/x", secret: {env: S}}

    """,
    """
    finops.yaml:5:39: error: '169.254.169.254' is a private address
        5 |     - {name: ops, type: webhook, url: "https://169.254.169.254/x", secret: {env: S}}
          |                                       ^~~~~~~~~~~~~~~~~~~~~~~~~~~ if that is meant, add 'allow_private: [169.254.169.254]'
    1 error. See: finops config explain alerts.channels.allow_private

    """),
  Fault(
    "an alert to no web address",
    """
    version: 1
    fleet: {name: prod}
    alerts:
      channels:
        - {name: ops, type: webhook, url: "ftp://example.com", secret: {env: S}}

    """,
    """
    finops.yaml:5:39: error: 'url: ftp://example.com' is not a web address: write https://example.com/hook
        5 |     - {name: ops, type: webhook, url: "ftp://example.com", secret: {env: S}}
          |                                       ^~~~~~~~~~~~~~~~~~~
    1 error. See: finops config explain alerts.channels.url

    """),
  Fault(
    "a day that is none",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: {type: aws, regions: [us-east-1]}
    prices:
      - {cloud: aws, type: g5.xlarge, hourly: $1, as_of: 2026-02-30}

    """,
    """
    finops.yaml:6:54: error: 'as_of: 2026-02-30' is not a day: write 2026-11-21
        6 |   - {cloud: aws, type: g5.xlarge, hourly: $1, as_of: 2026-02-30}
          |                                                      ^~~~~~~~~~
    1 error. See: finops config explain prices.as_of

    """),
  Fault(
    "a pool with a warning: nothing to scrape",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: {type: aws, regions: [us-east-1]}
    pools:
      - {name: chat, kind: servin}

    """,
    """
    finops.yaml:6:3: warning: there are pools and no collectors: nothing can be seen to be idle
        6 |   - {name: chat, kind: servin}
          |   ^
    finops.yaml:6:24: error: 'kind: servin' must be one of serving, batch, dev, training, unlabelled
        6 |   - {name: chat, kind: servin}
          |                        ^~~~~~ did you mean 'serving'?
    1 error. See: finops config explain pools.kind

    """),
  Fault(
    "thresholds in the wrong order",
    """
    version: 1
    fleet: {name: prod}
    thresholds: {engine_idle: 10%, engine_busy: 5%}

    """,
    """
    finops.yaml:3:27: error: engine_idle must not be above engine_busy
        3 | thresholds: {engine_idle: 10%, engine_busy: 5%}
          |                           ^~~
    1 error. See: finops config explain thresholds.engine_idle

    """),
  Fault(
    "several faults at once, in the order of their lines",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: {type: aws, regions: [us-east-1]}
    collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
    pools:
      - name: chat-h100
        knd: serving
        idle_duration: 24
        nodes: 3..1
    listen: here

    """,
    """
    finops.yaml:8:5: error: unknown key 'knd' in pools[0] (chat-h100)
        8 |     knd: serving
          |     ^~~ did you mean 'kind'?
    finops.yaml:9:20: error: 'idle_duration: 24' needs a unit: write 24s or 24m
        9 |     idle_duration: 24
          |                    ^~
    finops.yaml:10:12: error: 'nodes: 3..1' has its minimum above its maximum
       10 |     nodes: 3..1
          |            ^~~~ did you mean '1..3'?
    finops.yaml:11:9: error: 'listen: here' needs a port: write here:9400
       11 | listen: here
          |         ^~~~
    4 errors. See: finops config explain pools.kind

    """),
]
