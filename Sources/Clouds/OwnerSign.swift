import FleetModel

/// A tag that another controller leaves on the machines it looks after.
///
/// A cloud's table of them is read from the top: what makes machines by itself stands before what it
/// makes them with, since the first one is whom to ask (a machine of Karpenter's carries its cluster's
/// tag too).
struct OwnerSign: Sendable, Hashable {
  var key: Key
  var kind: NodeOwner.Kind
  /// Where the owner's own name for what holds the machine stands.
  var name: Name

  enum Key: Sendable, Hashable {
    case exactly(String)
    /// All keys that begin so and go on: "eks:" alone is no sign.
    case beginning(String)
  }

  enum Name: Sendable, Hashable {
    /// In the tag's own value.
    case value
    /// In what follows the beginning of its key.
    case rest
    /// In the first of these tags that is there.
    case tags([String])
  }

  init(_ key: Key, _ kind: NodeOwner.Kind, name: Name = .value) {
    self.key = key
    self.kind = kind
    self.name = name
  }

  /// The first sign's owner; nil: no sign of another controller.
  static func owner(of tags: [String: String], by table: [OwnerSign]) -> NodeOwner? {
    for sign in table {
      guard let key = sign.key(in: tags) else { continue }
      return NodeOwner(sign.kind, name: sign.name(in: tags, under: key))
    }
    return nil
  }

  /// The least of the keys that are this sign, so that the same tags give the same owner.
  private func key(in tags: [String: String]) -> String? {
    switch key {
    case .exactly(let key): tags[key] == nil ? nil : key
    case .beginning(let start):
      tags.keys.filter { $0.hasPrefix(start) && $0 != start }.min()
    }
  }

  private func name(in tags: [String: String], under key: String) -> String {
    switch name {
    case .value: return tags[key] ?? ""
    case .rest:
      guard case .beginning(let start) = self.key else { return "" }
      return String(key.dropFirst(start.count))
    case .tags(let keys): return keys.lazy.compactMap { tags[$0] }.first { !$0.isEmpty } ?? ""
    }
  }
}

extension OwnerSign {
  /// What launches machines the same way on every cloud: its tags are legal on all of them.
  static let launchers = [
    OwnerSign(.beginning("skypilot-"), .skyPilot, name: .tags(["skypilot-cluster-name"])),
    OwnerSign(.exactly("ray-cluster-name"), .ray),
    OwnerSign(.beginning("dstack_"), .dstack, name: .tags(["dstack_name", "dstack_project"])),
  ]
}
