/// Five lines that are right, to which a fault is added.
let ruled = """
  version: 1
  fleet: {name: prod}
  clouds: {aws: {type: aws, regions: [us-east-1]}}
  collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
  prices: [{cloud: aws, type: g5.xlarge, hourly: $1}]

  """

/// Settings files with a fault, and exactly what is said of each.
let scalingFaults: [Fault] = [
  Fault(
    "an unknown scaling key",
    ruled + """
      pools:
        - name: chat
          kind: serving
          scaling: {target_inflight: 4}

      """,
    """
    finops.yaml:9:15: error: unknown key 'target_inflight' in pools[0].scaling
        9 |     scaling: {target_inflight: 4}
          |               ^~~~~~~~~~~~~~~ did you mean 'target_in_flight'?
    1 error. See: finops config explain pools.scaling.target_in_flight

    """),
  Fault(
    "a target of nothing",
    ruled + """
      pools:
        - name: chat
          kind: serving
          scaling: {target_in_flight: 0}

      """,
    """
    finops.yaml:9:33: error: 'target_in_flight: 0' must be a number above 0, at most 1000000
        9 |     scaling: {target_in_flight: 0}
          |                                 ^
    1 error. See: finops config explain pools.scaling.target_in_flight

    """),
  Fault(
    "a negative rate",
    ruled + """
      pools:
        - name: chat
          kind: serving
          scaling: {requests_per_second: -1}

      """,
    """
    finops.yaml:9:36: error: 'requests_per_second: -1' must be a number above 0, at most 1000000
        9 |     scaling: {requests_per_second: -1}
          |                                    ^~
    1 error. See: finops config explain pools.scaling.requests_per_second

    """),
  Fault(
    "a wait without a unit",
    ruled + """
      pools:
        - name: chat
          kind: serving
          scaling: {slo_wait: 10}

      """,
    """
    finops.yaml:9:25: error: 'slo_wait: 10' needs a unit: write 10s or 10m
        9 |     scaling: {slo_wait: 10}
          |                         ^~
    1 error. See: finops config explain pools.scaling.slo_wait

    """),
  Fault(
    "a cold start of nothing",
    ruled + """
      pools:
        - name: chat
          kind: serving
          scaling: {cold_start: 0s}

      """,
    """
    finops.yaml:9:27: error: 'cold_start: 0s' must be from 100ms to 2h
        9 |     scaling: {cold_start: 0s}
          |                           ^~
    1 error. See: finops config explain pools.scaling.cold_start

    """),
  Fault(
    "an unknown stance",
    ruled + """
      pools:
        - name: chat
          kind: serving
          scaling: {stance: strickt}

      """,
    """
    finops.yaml:9:23: error: 'stance: strickt' must be one of standard, strict
        9 |     scaling: {stance: strickt}
          |                       ^~~~~~~ did you mean 'strict'?
    1 error. See: finops config explain pools.scaling.stance

    """),
  Fault(
    "a step of none",
    ruled + """
      pools:
        - name: chat
          kind: serving
          scaling: {step_up: 0}

      """,
    """
    finops.yaml:9:24: error: 'step_up: 0' must be a whole number from 1 to 1000
        9 |     scaling: {step_up: 0}
          |                        ^
    1 error. See: finops config explain pools.scaling.step_up

    """),
  Fault(
    "scaling where nothing is served",
    ruled + """
      pools:
        - name: chat
          kind: batch
          scaling: {target_in_flight: 4}

      """,
    """
    finops.yaml:9:14: error: 'scaling' is for serving pools: 'chat' is batch
        9 |     scaling: {target_in_flight: 4}
          |              ^ add 'kind: serving', or remove 'scaling'
    1 error. See: finops config explain pools.scaling

    """),
  Fault(
    "scaling without a kind",
    ruled + """
      pools:
        - name: chat
          scaling: {target_in_flight: 4}

      """,
    """
    finops.yaml:8:14: error: 'scaling' is for serving pools: 'chat' is unlabelled
        8 |     scaling: {target_in_flight: 4}
          |              ^ add 'kind: serving', or remove 'scaling'
    1 error. See: finops config explain pools.scaling

    """),
  Fault(
    "a forecast without demand",
    ruled + """
      pools:
        - name: chat
          kind: serving
          forecast: true

      """,
    """
    finops.yaml:9:15: error: 'forecast' needs 'scaling': there is no demand to foresee
        9 |     forecast: true
          |               ^~~~ add 'scaling: {target_in_flight: …}'
    1 error. See: finops config explain pools.scaling

    """),
  Fault(
    "a forecast that is no word",
    ruled + """
      pools:
        - name: chat
          kind: serving
          scaling: {stance: strict}
          forecast: yes

      """,
    """
    finops.yaml:10:15: error: 'forecast: yes' must be true or false
       10 |     forecast: yes
          |               ^~~
    1 error. See: finops config explain pools.forecast

    """),
  Fault(
    "a quantile of nothing and too many days",
    ruled + """
      pools:
        - name: chat
          kind: serving
          scaling: {stance: strict}
          forecast: {quantile: 0%, days: 29}

      """,
    """
    finops.yaml:10:26: error: 'quantile: 0%' must be above 0%
       10 |     forecast: {quantile: 0%, days: 29}
          |                          ^~
    finops.yaml:10:36: error: 'days: 29' must be a whole number from 1 to 28
       10 |     forecast: {quantile: 0%, days: 29}
          |                                    ^~
    2 errors. See: finops config explain pools.forecast.quantile

    """),
  Fault(
    "rungs out of order",
    ruled + """
      pools:
        - name: chat
          kind: serving
          idle_duration: 2h
          ladder: {notify: 30m, unload: 20m, stop: 1h}

      """,
    """
    finops.yaml:10:35: error: 'unload: 20m' is not later than 'notify: 30m'
       10 |     ladder: {notify: 30m, unload: 20m, stop: 1h}
          |                                   ^~~ the order is notify, unload, stop, terminate
    1 error. See: finops config explain pools.ladder.unload

    """),
  Fault(
    "two rungs at one time",
    ruled + """
      pools:
        - name: chat
          kind: serving
          idle_duration: 2h
          ladder: {notify: 30m, unload: 30m}

      """,
    """
    finops.yaml:10:35: error: 'unload: 30m' is not later than 'notify: 30m'
       10 |     ladder: {notify: 30m, unload: 30m}
          |                                   ^~~ the order is notify, unload, stop, terminate
    1 error. See: finops config explain pools.ladder.unload

    """),
  Fault(
    "a rung after the idle act",
    ruled + """
      pools:
        - name: chat
          kind: serving
          idle_duration: 20m
          ladder: {notify: 30m}

      """,
    """
    finops.yaml:10:22: error: 'notify: 30m' comes too late: an idle node is stopped after 20m
       10 |     ladder: {notify: 30m}
          |                      ^~~ make it shorter, or 'idle_duration' longer
    1 error. See: finops config explain pools.ladder.notify

    """),
  Fault(
    "a rung at the idle act of the kind",
    ruled + """
      pools:
        - name: chat
          kind: serving
          ladder: {notify: 15m}

      """,
    """
    finops.yaml:9:22: error: 'notify: 15m' comes too late: an idle node is stopped after 15m
        9 |     ladder: {notify: 15m}
          |                      ^~~ make it shorter, or add a longer 'idle_duration'
    1 error. See: finops config explain pools.ladder.notify

    """),
  Fault(
    "a stop after the idle act",
    ruled + """
      pools:
        - name: chat
          kind: serving
          idle_duration: 20m
          ladder: {notify: 10m, stop: 21m, terminate: 2d}

      """,
    """
    finops.yaml:10:33: error: 'stop: 21m' comes too late: an idle node is stopped after 20m
       10 |     ladder: {notify: 10m, stop: 21m, terminate: 2d}
          |                                 ^~~ make it shorter, or 'idle_duration' longer
    1 error. See: finops config explain pools.ladder.stop

    """),
  Fault(
    "a stop where idle nodes are given back",
    ruled + """
      pools:
        - name: chat
          kind: serving
          idle_duration: 20m
          idle_action: terminate
          ladder: {stop: 20m, terminate: 1h}

      """,
    """
    finops.yaml:11:20: error: 'stop: 20m' comes too late: an idle node is given back after 20m
       11 |     ladder: {stop: 20m, terminate: 1h}
          |                    ^~~ make it shorter, or 'idle_duration' longer
    finops.yaml:11:36: error: 'terminate: 1h' comes too late: an idle node is given back after 20m
       11 |     ladder: {stop: 20m, terminate: 1h}
          |                                    ^~ make it shorter, or 'idle_duration' longer
    2 errors. See: finops config explain pools.ladder.stop

    """),
  Fault(
    "a rung in the first minute",
    ruled + """
      pools:
        - name: chat
          kind: serving
          ladder: {notify: 59s}

      """,
    """
    finops.yaml:9:22: error: 'notify: 59s' must be from 1m to 30d
        9 |     ladder: {notify: 59s}
          |                      ^~~
    1 error. See: finops config explain pools.ladder.notify

    """),
]
