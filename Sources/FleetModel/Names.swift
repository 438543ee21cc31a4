/// A name of one kind of thing: a string that cannot be taken for another kind's.
public protocol Name: RawRepresentable, Hashable, Comparable, Sendable, Codable,
  CustomStringConvertible, ExpressibleByStringLiteral
where RawValue == String {
  init(rawValue: String)
}

extension Name {
  public init(_ rawValue: String) { self.init(rawValue: rawValue) }
  public init(stringLiteral value: String) { self.init(rawValue: value) }
  public var description: String { rawValue }
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The cloud's own id of a machine (an EC2 instance id), never a host name or address: those are
/// reused, and a reused name once hid twenty running instances for ten days (karpenter-aws#2734).
public struct NodeID: Name {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// One accelerator, by its vendor's UUID ("GPU-…"); a slice of one (MIG) is "UUID/instance".
public struct AcceleratorID: Name {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  /// It is a part of a GPU.
  public var isSlice: Bool { rawValue.utf8.contains(UInt8(ascii: "/")) }

  /// The physical GPU: for a slice the GPU it is cut from, else itself.
  public var device: AcceleratorID {
    guard let cut = rawValue.utf8.firstIndex(of: UInt8(ascii: "/")) else { return self }
    return AcceleratorID(String(rawValue[..<cut]))
  }
}

/// A pool of nodes that do one kind of work.
public struct PoolName: Name {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// A cloud account as configured, "aws".
public struct CloudName: Name {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// A region of a cloud, "us-east-1".
public struct Region: Name {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// A machine type, "p5.48xlarge".
public struct InstanceType: Name {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// Where metrics are scraped: "host:port".
public struct Target: Name {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  /// What stands before the last colon: the host without its port.
  public var host: String {
    guard let colon = rawValue.lastIndex(of: ":") else { return rawValue }
    return String(rawValue[..<colon])
  }
}
