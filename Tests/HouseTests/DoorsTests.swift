import Foundation
import Testing

/// The dependency table of Package.swift: which room may import which, and which library it uses.
struct DoorTable {
  /// Rooms and libraries a room may import, by room.
  private(set) var doors: [String: Set<String>] = [:]

  /// Reads the `room("X", may: […], uses: […])` entries as they are written.
  init(manifest: String) {
    // `case HdrHistogram = "Histogram"`: the module has the product's name.
    let renamed = Dictionary(
      manifest.matches(of: /(\w+) = "(\w+)"/).map { (String($0.1), String($0.2)) },
      uniquingKeysWith: { first, _ in first })
    let core = Self.words(in: manifest.firstMatch(of: /let core = \[([^\]]*)\]/)?.1 ?? "")
    for match in manifest.matches(of: /room\(\s*"(\w+)"([^)]*)\)/) {
      let rest = match.2
      let rooms = Self.words(in: rest) + (rest.contains("core") ? core : [])
      let libraries = rest.split(separator: "uses:").dropFirst().joined().matches(of: /\.(\w+)/)
      let modules = libraries.map { renamed[String($0.1)] ?? String($0.1) }
      doors[String(match.1)] = Set(rooms + modules)
    }
  }

  private static func words(in text: Substring) -> [String] {
    text.matches(of: /"(\w+)"/).map { String($0.1) }
  }
}

/// The modules a file imports.
func imports(of file: House.File) -> [String] {
  file.code.matches(
    of:
      /(?m)^\s*(?:@\w+\s+)*(?:public |internal |package |private |fileprivate )?import (?:struct |class |enum |func |protocol |typealias )?(\w+)/
  ).map { String($0.1) }
}

@Suite("Doors between rooms")
struct DoorsTests {
  static let table = DoorTable(manifest: House.manifest)
  /// What comes with Swift on Linux. The pure rooms have a shorter list.
  static let system: Set = [
    "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization",
  ]
  /// DECISIONS 27: what the core may import besides its own rooms.
  static let coreLibraries: Set = ["Collections", "Algorithms", "RealModule"]
  static let pure: Set = ["FleetModel", "CostModel", "Planner", "Simulator", "Reports"]

  @Test("the table can be read from Package.swift")
  func tableIsRead() {
    #expect(Self.table.doors.count >= 17)
    #expect(Self.table.doors["FleetModel"] == [])
    #expect(
      Self.table.doors["Notifiers"] == ["FleetModel", "CostModel", "Planner", "Ports", "Crypto"])
    #expect(Self.table.doors["Settings"]?.contains("Yams") == true)
  }

  @Test("a room imports only what its line in Package.swift allows")
  func doorsHold() {
    let found = House.sources.flatMap { file -> [String] in
      guard let doors = Self.table.doors[file.room] else { return [] }
      return imports(of: file).filter { !doors.union(Self.system).contains($0) }
        .map { "\(file.path) imports \($0)" }
    }
    #expect(found.isEmpty, "\(listed(found))")
  }

  @Test("every room has its line in Package.swift")
  func everyRoomHasALine() {
    let rooms = House.folders(in: "Sources").filter { !$0.hasPrefix("CLib") && $0 != "finops" }
    let missing = rooms.filter { Self.table.doors[$0] == nil }
    #expect(!rooms.isEmpty && missing.isEmpty, "\(listed(missing))")
  }

  @Test("the pure rooms import nothing that knows a clock, a file or a network")
  func purity() {
    let allowed = Self.pure.union(Self.coreLibraries)
    let found = House.sources.filter { Self.pure.contains($0.room) }.flatMap { file in
      imports(of: file).filter { !allowed.contains($0) }.map { "\(file.path) imports \($0)" }
    }
    #expect(found.isEmpty, "\(listed(found))")
  }

  @Test(
    "the pure rooms have no clock, no chance but a seeded one, no task and no output",
    arguments: [
      #"\bContinuousClock\b"#, #"\bSuspendingClock\b"#, #"\bDate\("#, #"\bUUID\("#,
      #"\bSystemRandomNumberGenerator\b"#, #"\.random\(in: [^,()]*\)"#, #"\.shuffled\(\)"#,
      #"\.randomElement\(\)"#, #"\basync\b"#, #"\bawait\b"#, #"\bTask\s*[.{(]"#, #"\bprint\("#,
      #"\breadLine\("#,
    ])
  func noSideDoors(pattern: String) throws {
    let regex = try Regex(pattern)
    let found = House.sources.filter { Self.pure.contains($0.room) && $0.code.contains(regex) }
    #expect(found.isEmpty, "\(pattern) \(listed(found.map(\.path)))")
  }

  @Test("C is imported only by the room that wraps it")
  func clibraries() {
    let owners = ["CLibCurl": "CurlTransport", "CLibPQ": "PostgresStore"]
    let found = House.sources.flatMap { file in
      imports(of: file).filter { owners[$0] != nil && owners[$0] != file.room }
        .map { "\(file.path) imports \($0)" }
    }
    #expect(found.isEmpty, "\(listed(found))")
  }
}

@Suite("Lists of the house")
struct ListTests {
  static let lists = [
    "Collectors", "Clouds", "Notifiers", "Planner/Policies", "Planner/Guards",
  ]

  /// What stands in its own folder, or its own file, below a listed folder.
  static func members(of list: String) -> [String] { House.folders(in: "Sources/\(list)") }

  /// Folders that are not members themselves: what the members of one maker, or all, share.
  static let shared: Set = ["AWS", "Interruptions"]

  /// The list of a folder: All.swift, or AllPolicies.swift where a room has several lists and the
  /// compiler wants file names to differ.
  static func text(ofList list: String) -> String {
    House.names(in: "Sources/\(list)").filter { $0.hasPrefix("All") && $0.hasSuffix(".swift") }
      .map { stripped(House.text(of: "Sources/\(list)/\($0)")) }.joined()
  }

  @Test("every folder is a line in its list", arguments: lists)
  func everyFolderIsListed(list: String) {
    let members = Self.members(of: list).filter { !Self.shared.contains($0) }
    let all = Self.text(ofList: list).lowercased()
    let missing = members.filter { !all.contains($0.lowercased()) }
    #expect(missing.isEmpty, "not in Sources/\(list)/All….swift: \(missing)")
  }

  @Test("every folder is named by a test", arguments: lists)
  func everyFolderIsTested(list: String) {
    let room = list.split(separator: "/").first ?? ""
    let tests = House.tests.filter { $0.room == "\(room)Tests" }
      .map { ($0.path + $0.code).lowercased() }
    let missing = Self.members(of: list).filter { member in
      !tests.contains { $0.contains(member.lowercased()) }
    }
    #expect(missing.isEmpty, "no test in Tests/\(room)Tests for: \(missing)")
  }

  @Test("every room has tests")
  func everyRoomIsTested() {
    let rooms = DoorsTests.table.doors.keys.sorted().filter { room in
      House.sources.contains { $0.room == room && !$0.path.hasSuffix("/Empty.swift") }
    }
    let untested = rooms.filter { room in
      !House.tests.contains { $0.room == "\(room)Tests" && $0.code.contains("@Test") }
    }
    #expect(untested.isEmpty, "rooms without a test: \(untested)")
  }

  @Test("migrations are numbered from 0001 without a hole", .enabled(if: !migrations.isEmpty))
  func migrationsAreNumbered() {
    #expect(Self.migrations.allSatisfy { $0.wholeMatch(of: /\d{4}_[a-z0-9_]+\.sql/) != nil })
    let expected = Self.migrations.indices.map { padded($0 + 1) }
    #expect(Self.migrations.map { String($0.prefix(4)) } == expected)
  }

  /// schema.sql is all of them together.
  static let migrations = House.names(in: "migrations").filter {
    $0.hasSuffix(".sql") && $0 != "schema.sql"
  }

  @Test("decisions are numbered from 0001 without a hole")
  func decisionsAreNumbered() {
    let decisions = House.names(in: "docs/decisions")
    #expect(!decisions.isEmpty)
    #expect(decisions.allSatisfy { $0.wholeMatch(of: /\d{4}-[a-z0-9-]+\.md/) != nil })
    #expect(decisions.map { String($0.prefix(4)) } == decisions.indices.map { padded($0 + 1) })
  }
}

private func padded(_ number: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
