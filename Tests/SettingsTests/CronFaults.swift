/// Settings files with a fault, and exactly what is said of each.
let cronFaults: [Fault] = [
  Fault(
    "a cron of four fields",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * *", duration: 1h, nodes: 1}

      """,
    """
    finops.yaml:10:16: error: 'cron: 0 20 * *' has 4 fields: it needs minute, hour, day of month, month, day of week
       10 |       - {cron: "0 20 * *", duration: 1h, nodes: 1}
          |                ^~~~~~~~~~ '0 20 * * 1-5' is 20:00 from Monday to Friday
    1 error. See: finops config explain pools.schedule.cron

    """),
  Fault(
    "a cron with an hour that is not there",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 25 * * *", duration: 1h, nodes: 1}

      """,
    """
    finops.yaml:10:19: error: 'cron: 0 25 * * *' has no hour '25': it is 0 to 23
       10 |       - {cron: "0 25 * * *", duration: 1h, nodes: 1}
          |                   ^~
    1 error. See: finops config explain pools.schedule.cron

    """),
  Fault(
    "a cron with a misspelt day",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20 * * MON-FRY", duration: 1h, nodes: 1}

      """,
    """
    finops.yaml:10:30: error: 'cron: 0 20 * * MON-FRY' has no day of week 'FRY': it is 0 to 7, or SUN to SAT
       10 |       - {cron: "0 20 * * MON-FRY", duration: 1h, nodes: 1}
          |                              ^~~
    1 error. See: finops config explain pools.schedule.cron

    """),
  Fault(
    "a cron with a range that goes backwards",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 20-6 * * *", duration: 1h, nodes: 1}

      """,
    """
    finops.yaml:10:19: error: 'cron: 0 20-6 * * *' has the range '20-6', which goes backwards
       10 |       - {cron: "0 20-6 * * *", duration: 1h, nodes: 1}
          |                   ^~~~ write two ranges: 20-23,0-6
    1 error. See: finops config explain pools.schedule.cron

    """),
  Fault(
    "a cron with a step of nothing",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "*/0 * * * *", duration: 1h, nodes: 1}

      """,
    """
    finops.yaml:10:19: error: 'cron: */0 * * * *' has the step '0' as minute: it is 1 to 59
       10 |       - {cron: "*/0 * * * *", duration: 1h, nodes: 1}
          |                   ^
    1 error. See: finops config explain pools.schedule.cron

    """),
  Fault(
    "a cron with a step without a range",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "5/15 * * * *", duration: 1h, nodes: 1}

      """,
    """
    finops.yaml:10:17: error: 'cron: 5/15 * * * *' has a step without a range: '5/15'
       10 |       - {cron: "5/15 * * * *", duration: 1h, nodes: 1}
          |                 ^~~~ write 5-59/15
    1 error. See: finops config explain pools.schedule.cron

    """),
  Fault(
    "a cron with an empty item",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 1,,2 * * *", duration: 1h, nodes: 1}

      """,
    """
    finops.yaml:10:21: error: 'cron: 0 1,,2 * * *' has '' as hour: write a number, 1-5, */2 or a list
       10 |       - {cron: "0 1,,2 * * *", duration: 1h, nodes: 1}
          |                     ^
    1 error. See: finops config explain pools.schedule.cron

    """),
  Fault(
    "a cron with a range of three ends",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 1-2-3 * * *", duration: 1h, nodes: 1}

      """,
    """
    finops.yaml:10:19: error: 'cron: 0 1-2-3 * * *' has '1-2-3' as hour: a range has two ends
       10 |       - {cron: "0 1-2-3 * * *", duration: 1h, nodes: 1}
          |                   ^~~~~
    1 error. See: finops config explain pools.schedule.cron

    """),
  Fault(
    "a cron that never comes",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "0 0 30 2 *", duration: 1h, nodes: 1}

      """,
    """
    finops.yaml:10:21: error: 'cron: 0 0 30 2 *' never comes: those months have no such day
       10 |       - {cron: "0 0 30 2 *", duration: 1h, nodes: 1}
          |                     ^~~~
    1 error. See: finops config explain pools.schedule.cron

    """),
  Fault(
    "a cron word that is not there",
    ruled + """
      pools:
        - name: chat
          kind: serving
          schedule:
            - {cron: "@dayly", duration: 1h, nodes: 1}

      """,
    """
    finops.yaml:10:16: error: 'cron: @dayly' is none of @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly
       10 |       - {cron: "@dayly", duration: 1h, nodes: 1}
          |                ^~~~~~~~ did you mean '@daily'?
    1 error. See: finops config explain pools.schedule.cron

    """),
]
