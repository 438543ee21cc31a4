public import FleetModel

/// What is remembered of a target's accelerators, in the order of their ids.
///
/// Asked like a dictionary and stored like one. Two arrays, because a plan reads a few numbers of
/// every accelerator of the fleet: they lie side by side, are read in place and need no hashing. Out
/// of a dictionary each was copied, which was a fifth of a plan with 100,000, and a node of eight
/// took 1.7 kB more.
public struct AcceleratorMemories: Sendable, Hashable {
  public private(set) var keys: [AcceleratorID] = []
  public private(set) var values: [AcceleratorMemory] = []
  /// What each row is of its GPU; follows from the keys, and is kept because a plan asks every one.
  private(set) var rows: [DeviceRow] = []

  public init() {}

  public var count: Int { keys.count }
  public var isEmpty: Bool { keys.isEmpty }

  public subscript(id: AcceleratorID) -> AcceleratorMemory? {
    get {
      let place = place(of: id)
      return holds(id, at: place) ? values[place] : nil
    }
    set {
      let place = place(of: id)
      switch (holds(id, at: place), newValue) {
      case (true, let memory?): values[place] = memory
      case (false, let memory?): insert(memory, of: id, at: place)
      case (true, nil): remove(at: place)
      case (false, nil): break
      }
    }
  }

  /// Changed in place; one that is not remembered yet begins with `start`.
  public subscript(
    id: AcceleratorID, default start: @autoclosure () -> AcceleratorMemory
  ) -> AcceleratorMemory {
    get { self[id] ?? start() }
    _modify {
      let place = place(of: id)
      if !holds(id, at: place) { insert(start(), of: id, at: place) }
      yield &values[place]
    }
  }

  /// Changes what is remembered of every one.
  mutating func changeAll(_ change: (inout AcceleratorMemory) -> Void) {
    for place in values.indices { change(&values[place]) }
  }

  private mutating func insert(_ memory: AcceleratorMemory, of id: AcceleratorID, at place: Int) {
    keys.insert(id, at: place)
    values.insert(memory, at: place)
    rows = DeviceRow.rows(of: keys)
  }

  private mutating func remove(at place: Int) {
    keys.remove(at: place)
    values.remove(at: place)
    rows = DeviceRow.rows(of: keys)
  }

  private func holds(_ id: AcceleratorID, at place: Int) -> Bool {
    place < keys.count && keys[place] == id
  }

  /// Where it is, or would be.
  private func place(of id: AcceleratorID) -> Int {
    var range = keys.startIndex..<keys.endIndex
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range =
        keys[middle] < id ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

extension AcceleratorMemories {
  /// One for each physical GPU: of a GPU in slices, the slice that does the most.
  var wholeDevices: [AcceleratorMemory] {
    guard rows.contains(where: \.isSlice) else { return values }
    var devices: [AcceleratorMemory] = []
    var isNew = true
    for (row, memory) in zip(rows, values) {
      isNew = isNew || row.isFirst
      if row.isParent { continue }
      if isNew {
        devices.append(memory)
      } else if let last = devices.last, memory.state.work > last.state.work {
        devices[devices.count - 1] = memory
      }
      isNew = false
    }
    return devices
  }
}

extension DeviceState {
  /// The more work, the higher: what a GPU counts as whose slices differ.
  fileprivate var work: Int {
    switch self {
    case .free: 0
    case .allocatedIdle: 1
    case .warmIdle: 2
    case .unknown: 3
    case .faulty: 4
    case .low: 5
    case .spinning: 6
    case .loading: 7
    case .busy: 8
    }
  }
}

extension AcceleratorMemories: Sequence, ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (AcceleratorID, AcceleratorMemory)...) {
    for (id, memory) in elements { self[id] = memory }
  }

  public func makeIterator() -> Iterator { Iterator(memories: self) }

  public struct Iterator: IteratorProtocol {
    fileprivate let memories: AcceleratorMemories
    private var place = 0

    fileprivate init(memories: AcceleratorMemories) { self.memories = memories }

    public mutating func next() -> (key: AcceleratorID, value: AcceleratorMemory)? {
      guard place < memories.count else { return nil }
      defer { place += 1 }
      return (memories.keys[place], memories.values[place])
    }
  }
}

/// As the standard library stores a dictionary with such keys: each key, then its value. What older
/// versions stored in any order is still read.
extension AcceleratorMemories: Codable {
  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    while !list.isAtEnd {
      let id = try list.decode(AcceleratorID.self)
      self[id] = try list.decode(AcceleratorMemory.self)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    for (id, memory) in self {
      try list.encode(id)
      try list.encode(memory)
    }
  }
}
