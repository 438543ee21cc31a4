/// Settings files with a fault, and exactly what is said of each.
let timeFaults: [Fault] = [
  Fault(
    "a schedule that changes nothing",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * * 1-5", duration: 11h}

      """,
    """
    finops.yaml:10:9: error: a schedule needs 'nodes' or 'protect: true': it changes nothing
       10 |       - {cron: "0 20 * * 1-5", duration: 11h}
          |         ^
    1 error. See: finops config explain pools.schedule.nodes

    """),
  Fault(
    "a schedule with its minimum above its maximum",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * * 1-5", duration: 11h, nodes: 3..1}

      """,
    """
    finops.yaml:10:54: error: 'nodes: 3..1' has its minimum above its maximum
       10 |       - {cron: "0 20 * * 1-5", duration: 11h, nodes: 3..1}
          |                                                      ^~~~ did you mean '1..3'?
    1 error. See: finops config explain pools.schedule.nodes

    """),
  Fault(
    "a schedule that lasts no time",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * * 1-5", duration: 0s, nodes: 1}

      """,
    """
    finops.yaml:10:42: error: 'duration: 0s' must be from 1m to 31d
       10 |       - {cron: "0 20 * * 1-5", duration: 0s, nodes: 1}
          |                                          ^~
    1 error. See: finops config explain pools.schedule.duration

    """),
  Fault(
    "a schedule that never ends",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * * 1-5", nodes: 1}

      """,
    """
    finops.yaml:10:16: error: 'cron' says when it begins and not when it ends
       10 |       - {cron: "0 20 * * 1-5", nodes: 1}
          |                ^~~~~~~~~~~~~~ add 'duration: 8h' or 'until: "17:00"'
    1 error. See: finops config explain pools.schedule.duration

    """),
  Fault(
    "a schedule with two ends",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * * 1-5", duration: 1h, until: "07:00", nodes: 1}

      """,
    """
    finops.yaml:10:53: error: 'duration' and 'until' both say when it ends: keep one
       10 |       - {cron: "0 20 * * 1-5", duration: 1h, until: "07:00", nodes: 1}
          |                                                     ^~~~~~~
    1 error. See: finops config explain pools.schedule.until

    """),
  Fault(
    "a schedule that ends when it begins",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 7 * * 1-5", until: "07:00", nodes: 1}

      """,
    """
    finops.yaml:10:38: error: it ends when it begins
       10 |       - {cron: "0 7 * * 1-5", until: "07:00", nodes: 1}
          |                                      ^~~~~~~ for a whole day write 'duration: 24h'
    1 error. See: finops config explain pools.schedule.until

    """),
  Fault(
    "an end without quotes",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * * 1-5", until: 22:00, nodes: 1}

      """,
    """
    finops.yaml:10:39: error: 'until: 22:00' must be in quotes: YAML reads some times as numbers
       10 |       - {cron: "0 20 * * 1-5", until: 22:00, nodes: 1}
          |                                       ^~~~~ "22:00"
    1 error. See: finops config explain pools.schedule.until

    """),
  Fault(
    "an end that is no time",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * * 1-5", until: "24:00", nodes: 1}

      """,
    """
    finops.yaml:10:39: error: 'until: 24:00' is not a time: write "07:00"
       10 |       - {cron: "0 20 * * 1-5", until: "24:00", nodes: 1}
          |                                       ^~~~~~~
    1 error. See: finops config explain pools.schedule.until

    """),
  Fault(
    "a schedule in an unknown zone",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * * *", duration: 1h, nodes: 1, timezone: Europe/Berlinn}

      """,
    """
    finops.yaml:10:64: error: this machine knows no time zone 'Europe/Berlinn'
       10 |       - {cron: "0 20 * * *", duration: 1h, nodes: 1, timezone: Europe/Berlinn}
          |                                                                ^~~~~~~~~~~~~~ did you mean 'Europe/Berlin'?
    1 error. See: finops config explain pools.schedule.timezone

    """),
  Fault(
    "a zone of hours",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * * *", duration: 1h, nodes: 1, timezone: GMT+5}

      """,
    """
    finops.yaml:10:64: error: this machine knows no time zone 'GMT+5'
       10 |       - {cron: "0 20 * * *", duration: 1h, nodes: 1, timezone: GMT+5}
          |                                                                ^~~~~ use an IANA name such as Europe/Berlin
    1 error. See: finops config explain pools.schedule.timezone

    """),
  Fault(
    "holidays that are not there",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * * *", duration: 1h, nodes: 1, except: holidays}

      """,
    """
    finops.yaml:10:62: error: there are no days named 'holidays' under holidays
       10 |       - {cron: "0 20 * * *", duration: 1h, nodes: 1, except: holidays}
          |                                                              ^~~~~~~~ add 'holidays: [2026-12-25]'
    1 error. See: finops config explain holidays

    """),
  Fault(
    "holidays of a misspelt name",
    ruled + """
      holidays: {bavaria: [2026-12-25]}
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * * *", duration: 1h, nodes: 1, except: bavria}

      """,
    """
    finops.yaml:11:62: error: there are no days named 'bavria' under holidays
       11 |       - {cron: "0 20 * * *", duration: 1h, nodes: 1, except: bavria}
          |                                                              ^~~~~~ did you mean 'bavaria'?
    1 error. See: finops config explain holidays

    """),
  Fault(
    "only the days that are left out",
    ruled + """
      holidays: [2026-12-25]
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * * *", duration: 1h, nodes: 1, except: holidays, only: holidays}

      """,
    """
    finops.yaml:11:78: error: 'only' and 'except' name the same days: it never begins
       11 |       - {cron: "0 20 * * *", duration: 1h, nodes: 1, except: holidays, only: holidays}
          |                                                                              ^~~~~~~~
    1 error. See: finops config explain pools.schedule.only

    """),
  Fault(
    "holidays that are no days",
    ruled + """
      holidays: [2026-02-29, 25.12.2026]

      """,
    """
    finops.yaml:6:12: error: 'holidays[0]: 2026-02-29' is not a day: write 2026-12-25
        6 | holidays: [2026-02-29, 25.12.2026]
          |            ^~~~~~~~~~
    finops.yaml:6:24: error: 'holidays[1]: 25.12.2026' is not a day: write 2026-12-25
        6 | holidays: [2026-02-29, 25.12.2026]
          |                        ^~~~~~~~~~
    2 errors. See: finops config explain holidays

    """),
]
