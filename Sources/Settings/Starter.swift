public import FleetModel

/// The commented settings file that `finops init` writes.
public struct Starter: Sendable, Hashable {
  public var fleet: String
  /// An IANA name.
  public var timezone: String
  public var mode: OperatingMode
  /// AWS regions to watch; empty: the cloud's part is left as a comment.
  public var regions: [Region]
  public var profile: String?
  /// Exporters that are known already; empty: an example is left as a comment.
  public var targets: [Target]

  public init(
    fleet: String = "prod", timezone: String = "UTC", mode: OperatingMode = .observe,
    regions: [Region] = [], profile: String? = nil, targets: [Target] = []
  ) {
    self.fleet = fleet
    self.timezone = timezone
    self.mode = mode
    self.regions = regions
    self.profile = profile
    self.targets = targets
  }

  /// Text that `Settings.parse` accepts, with the schema line editors look for.
  public var yaml: String {
    [head, cloudPart, collectorPart, poolPart, tail].joined(separator: "\n")
  }

  /// Text as a YAML scalar that is read back as itself.
  private func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }

  private var head: String {
    """
    # yaml-language-server: $schema=./finops.schema.json
    # The settings of finops. Check them with: finops config validate
    version: 1

    fleet:
      name: \(quoted(fleet))          # only nodes tagged finops-fleet with this name are acted on
      timezone: \(quoted(timezone))
      currency: USD
      mode: \(mode.rawValue)         # observe | advise | approve | auto

    # A private PostgreSQL that finops starts itself; or: {url: {env: DATABASE_URL}}
    database: embedded

    """
  }

  private var cloudPart: String {
    let lines =
      [
        "clouds:",
        "  aws:",
        "    type: aws",
        "    regions: [" + (regions.isEmpty ? "us-east-1" : list(regions.map(\.rawValue))) + "]",
      ] + (profile.map { ["    profile: \(quoted($0))"] } ?? [])
    let about = """
      # Keys come from AWS's own chain (environment, profile, role). A read-only role is enough
      # until a pool's mode is auto.
      """
    return about + "\n" + commented(lines, unless: !regions.isEmpty)
  }

  private var collectorPart: String {
    let known = targets.isEmpty ? "gpu01.internal:9400" : list(targets.map(\.rawValue))
    let lines = [
      "collectors:",
      "  - type: dcgm",
      "    targets: [\(known)]",
      "    every: 15s",
    ]
    return "# dcgm-exporter on the GPU nodes; targets_file: FILE is watched for change.\n"
      + commented(lines, unless: !targets.isEmpty)
  }

  private var poolPart: String {
    """
    # The first pool by name that matches a node owns it.
    # pools:
    #   - name: chat
    #     kind: serving              # serving | batch | dev | training
    #     match: {tags: {pool: chat}}
    #     nodes: 1..6
    #     idle_duration: 15m
    #     idle_action: stop          # stop | terminate
    #     mode: advise               # over the fleet's mode
    #     scaling: {target_in_flight: 8, slo_wait: 10s, cold_start: 2m}
    #     forecast: true             # keep what this time of the week usually needs
    #     ladder: {notify: 10m}      # people are told before the idle act
    #     max_price: $2/h            # no node dearer than this is launched
    #     schedule:                  # a small night; clocks are those of fleet.timezone
    #       - {cron: "0 20 * * MON-FRI", until: "07:00", nodes: 0..1, except: holidays}
    #     disruption: {budgets: [{nodes: 10%}]}

    # holidays: [2026-12-25, 2027-01-01]

    # What may be spent. A budget without 'pools' or 'match' is for all of them.
    # spend: {hourly_cap: $120/h}
    # budgets:
    #   - {name: month, monthly: $30000}

    # Prices that finops does not know, or knows wrongly.
    # prices:
    #   - {cloud: aws, type: g5.xlarge, region: us-east-1, hourly: $1.006/h}

    """
  }

  private var tail: String {
    """
    # alerts:
    #   channels:
    #     - name: ops
    #       type: webhook
    #       url: https://example.com/hook
    #       secret: {env: FINOPS_WEBHOOK_SECRET}     # whsec_…, never the key itself

    listen: 127.0.0.1:9464

    """
  }

  private func list(_ words: [String]) -> String { words.map(quoted).joined(separator: ", ") }

  private func commented(_ lines: [String], unless known: Bool) -> String {
    lines.map { known ? $0 : "# \($0)" }.joined(separator: "\n") + "\n"
  }
}
