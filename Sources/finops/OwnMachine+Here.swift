import Foundation
import Planner

extension OwnMachine {
  /// The machine this process runs on, by all it can be known by without asking a network.
  static func here(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    assetTag: String = "/sys/class/dmi/id/board_asset_tag"
  ) -> OwnMachine {
    // In a pod the host name is the pod's; the Node's is given by the downward API.
    var names = Set(["NODE_NAME", "HOSTNAME"].compactMap { environment[$0] })
    // EC2's Nitro machines carry their instance id as the board's asset tag, in containers too.
    if let text = try? String(contentsOfFile: assetTag, encoding: .utf8) {
      let tag = text.trimmingCharacters(in: .whitespacesAndNewlines)
      if tag.hasPrefix("i-") { names.insert(tag) }
    }
    names.remove("")
    return OwnMachine(addresses: interfaceAddresses(), names: names)
  }

  /// Loopback and link-local addresses are everyone's.
  private static func interfaceAddresses() -> Set<String> {
    Set(Host.current().addresses).filter {
      !$0.hasPrefix("127.") && $0 != "::1" && !$0.hasPrefix("169.254.") && !$0.hasPrefix("fe80")
    }
  }
}
