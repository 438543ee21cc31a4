import Clouds
import Foundation
import Planner
import TestSupport
import Testing

/// docs/clouds/README.md says what the capabilities say.
@Suite struct CapabilityPageTests {
  /// SageMaker's are those of a service in the account of aws.
  private static let clouds = Clouds.all.flatMap { $0 == .aws ? [$0, .sageMaker] : [$0] }
  private static let page = SharedFiles.packageRoot.appending(path: "docs/clouds/README.md")
  private static let acts = Intent.allCases.filter { $0 != .keep }

  @Test func `The page has the tables these capabilities make`() throws {
    var page = try String(contentsOf: Self.page, encoding: .utf8)
    let tables = Self.tables()
    // FINOPS_WRITE_DOCS=1 brings the page up to date.
    if ProcessInfo.processInfo.environment["FINOPS_WRITE_DOCS"] != nil {
      let prose = page.range(of: Self.heading).map { page[..<$0.lowerBound] } ?? page[...]
      page = prose + tables
      try page.write(to: Self.page, atomically: true, encoding: .utf8)
    }
    #expect(page.hasSuffix(tables))
  }

  @Test func `Every cloud has a page of its own, and the page names it`() throws {
    let page = try String(contentsOf: Self.page, encoding: .utf8)
    for cloud in Self.clouds {
      let own = "docs/clouds/\(cloud.name).md"
      #expect(
        FileManager.default.fileExists(atPath: SharedFiles.packageRoot.appending(path: own).path))
      #expect(page.contains("[\(cloud.name)](\(cloud.name).md)"))
    }
  }

  @Test
  func `Every act is answered, and what keeps each possible one from happening twice is said`() {
    for cloud in Self.clouds {
      for act in Intent.allCases {
        #expect(cloud.acts[act] != nil, "\(cloud.name): \(act)")
        #expect(cloud[act].isThere == (cloud.idempotency[act] != nil), "\(cloud.name): \(act)")
      }
    }
  }

  private static let heading = "## What each cloud can do\n"

  private static func tables() -> String {
    let names = clouds.map(\.name)
    let marks = acts.map { act in
      [act.rawValue] + clouds.map { $0[act].isThere ? "yes" : "no" }
    }
    let words = clouds.flatMap { cloud in
      acts.map { [cloud.name, $0.rawValue] + said(cloud[$0]) }
    }
    let bounds = clouds.flatMap { cloud in
      acts.compactMap { act in
        cloud.idempotency[act].map { [cloud.name, act.rawValue, $0.means, $0.bound] }
      }
    }
    return heading + "\n" + table(["act"] + names, marks) + "\n"
      + table(["cloud", "act", "", "what is to be known, or why not"], words)
      + "\n## Twice is once\n\n" + table(["cloud", "act", "by", "at the worst"], bounds)
  }

  private static func said(_ capability: Capability) -> [String] {
    switch capability {
    case .can(let note): ["yes", note]
    case .cannot(let reason): ["no", reason]
    }
  }

  private static func table(_ head: [String], _ rows: [[String]]) -> String {
    let lines = [head, head.map { _ in "---" }] + rows
    return lines.map { line in
      let cells = line.map { $0.replacing("|", with: "\\|") }
      return "| " + cells.joined(separator: " | ") + " |\n"
    }.joined()
  }
}
