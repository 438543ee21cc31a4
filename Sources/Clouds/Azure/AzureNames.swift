public import FleetModel

/// A resource of one resource group, as nodes and workloads are named after it.
///
/// Azure compares names without case and does not keep one spelling: the list of a subscription
/// gives resource groups in capitals that were made in small letters. Here all are small.
public struct AzureName: Sendable, Hashable {
  public let group: String
  public let name: String

  public init(group: String, name: String) {
    self.group = group.lowercased()
    self.name = name.lowercased()
  }

  /// Of a virtual machine, "group/name", or of an instance of a scale set, "group/set_3": its last
  /// part is the resource's own name, the one scheduled events give. nil for anything else.
  public init?(_ node: NodeID) {
    let parts = node.rawValue.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, Self.isName(parts[0]), Self.isName(parts[1]) else { return nil }
    self.init(group: String(parts[0]), name: String(parts[1]))
  }

  /// Of a scale set, "vmss/group/name"; nil for anything else.
  public init?(_ workload: WorkloadID) {
    let parts = workload.parts
    guard parts.count == 3, parts[0] == "vmss", Self.isName(parts[1]), Self.isName(parts[2])
    else { return nil }
    self.init(group: parts[1], name: parts[2])
  }

  public var node: NodeID { NodeID("\(group)/\(name)") }
  public var workload: WorkloadID { WorkloadID("vmss/\(group)/\(name)") }

  /// What Azure lets a resource be called; nothing in it means anything in a path.
  private static func isName(_ text: some StringProtocol) -> Bool {
    (1...90).contains(text.utf8.count) && text.first != "."
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || ("0"..."9").contains($0)
          || "-_.()".unicodeScalars.contains($0)
      }
  }
}

extension AzureName {
  /// From "/subscriptions/S/resourceGroups/G/providers/Microsoft.Compute/virtualMachines/N"; for an
  /// instance of a scale set, "…/virtualMachineScaleSets/N/virtualMachines/3", of the set.
  init?(resourceID text: String) {
    let parts = text.split(separator: "/")
    guard parts.count >= 8, parts[0].lowercased() == "subscriptions",
      parts[2].lowercased() == "resourcegroups", Self.isName(parts[3]), Self.isName(parts[7])
    else { return nil }
    self.init(group: String(parts[3]), name: String(parts[7]))
  }

  /// The set and the number in it when this may be an instance of one, "set_3".
  var member: (set: AzureName, instance: String)? {
    guard let underscore = name.lastIndex(of: "_") else { return nil }
    let number = name[name.index(after: underscore)...]
    guard underscore > name.startIndex, !number.isEmpty,
      number.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 })
    else { return nil }
    return (AzureName(group: group, name: String(name[..<underscore])), String(number))
  }

  /// The name of what this token makes; nil when the token does not fit into one.
  ///
  /// A Linux machine's name has at most 64 characters, letters, digits and hyphens, none at the end.
  static func machine(ofToken token: String) -> String? {
    let fits = token.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
    }
    guard fits, (1...57).contains(token.utf8.count), token.last != "-" else { return nil }
    return "finops-" + token
  }
}
