import Clouds
import FleetModel
import Planner
import Ports
import Settings

/// What `finops doctor` says of one cloud account: who we are there, what it lists, what is missing.
struct CloudLook: Sendable {
  var account: CloudAccount
  var settings: Settings

  func findings() async -> (nodes: [Node], findings: [Finding]) {
    let credentials = await credentials()
    guard credentials.grade != .broken else { return ([], [credentials]) }
    do throws(ActuateError) {
      let inventory = try await account.actuator.inventory()
      return (
        inventory.nodes,
        [credentials, listed(inventory)] + workloads(inventory) + skew(account.name, inventory)
      )
    } catch {
      return (
        [],
        [
          credentials,
          Finding(
            grade: .broken, what: "cloud \(account.name)", detail: "\(error)", fix: fix(error)),
        ]
      )
    }
  }

  /// Which link of the cloud's chain gave the credentials, for whom and until when.
  private func credentials() async -> Finding {
    let what = "credentials of \(account.name)"
    do throws(ActuateError) {
      let proof = try await account.proof()
      var detail = "from \(proof.link)"
      if let identity = proof.identity { detail += ", as \(identity)" }
      if let end = proof.expiresAt { detail += ", until \(end)" }
      return Finding(grade: .good, what: what, detail: detail)
    } catch {
      return Finding(grade: .broken, what: what, detail: "\(error)", fix: fix(error))
    }
  }

  /// A refusal names the permission that is missing, where the cloud or our own table can.
  private func fix(_ error: ActuateError) -> String {
    guard case .refused(let failure) = error, failure.kind == .auth else {
      return "check the region, the endpoint and the network"
    }
    let missing = account.capabilities.permissions.filter { permission in
      failure.message.contains(permission.name)
        || permission.calls.contains { failure.message.contains($0) }
    }
    let command = "finops doctor --permissions \(account.capabilities.name)"
    guard let first = missing.map(\.name).sorted().first else {
      return "check the credentials and their permissions; all that are needed: \(command)"
    }
    return "allow \(first); all that are needed: \(command)"
  }

  private func listed(_ inventory: Inventory) -> Finding {
    let running = inventory.nodes.count { $0.state == .running }
    let ours = inventory.nodes.count { $0.tags[Tag.fleet] == settings.fleet.name }
    let isEmpty = ours == 0 && inventory.workloads.isEmpty
    var detail =
      "\(inventory.nodes.count) nodes listed, \(running) running, \(ours) in fleet "
      + settings.fleet.name
    if !inventory.workloads.isEmpty { detail += "; \(inventory.workloads.count) workloads" }
    return Finding(
      grade: isEmpty ? .warning : .good, what: "cloud \(account.name)", detail: detail,
      fix: isEmpty
        ? "tag the nodes finops may act on: \(Tag.fleet)=\(settings.fleet.name)" : nil)
  }

  /// A pool that names what its cloud does not list would wait for ever.
  private func workloads(_ inventory: Inventory) -> [Finding] {
    let known = Set(inventory.workloads.map(\.id))
    return settings.pools.compactMap { pool in
      guard let workload = pool.match.workload,
        pool.match.cloud == account.name || settings.clouds.count == 1,
        !known.contains(workload)
      else { return nil }
      let names = known.sorted().prefix(8).map(\.rawValue).joined(separator: ", ")
      return Finding(
        grade: .broken, what: "pool \(pool.name)",
        detail: "\(account.name) lists no workload \(workload)",
        fix: names.isEmpty ? "none is listed there" : "it lists \(names)")
    }
  }

  private func skew(_ cloud: CloudName, _ inventory: Inventory) -> [Finding] {
    guard let skew = inventory.clockSkew else { return [] }
    let off = skew < .zero ? .zero - skew : skew
    // 30 s: alerted; from 4 minutes on that cloud gets no acts (DECISIONS 33).
    guard off >= .seconds(30) else { return [] }
    return [
      Finding(
        grade: off >= .minutes(4) ? .broken : .warning, what: "clock against \(cloud)",
        detail: "\(skew.brief) apart", fix: "synchronise this machine's clock (chrony, NTP)")
    ]
  }
}
