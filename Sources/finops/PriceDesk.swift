import ArgumentParser
import CostModel
import FleetModel
import Foundation
import Planner
import Reports
import Settings

/// Where the price commands find settings and prices: finops.yaml where there is one, else the
/// built-in table and the price file in `.finops`.
struct PriceDesk: ParsableArguments {
  @Option(name: [.short, .long], help: "The settings file; not needed.")
  var config = "finops.yaml"

  /// nil without finops.yaml; a file that was named has to be there.
  func settings() throws -> Settings? {
    let isThere = FileManager.default.fileExists(atPath: config)
    guard isThere || config != "finops.yaml" else { return nil }
    return try SettingsFile.parse(["--config", config]).load()
  }

  static func folder(_ settings: Settings?) -> String { settings?.dataDirectory ?? ".finops" }

  static func kinds(_ settings: Settings?) -> [CloudName: CloudName] {
    let kinds = (settings?.clouds ?? []).map { ($0.name, CloudName($0.kind.rawValue)) }
    return Dictionary(kinds, uniquingKeysWith: { first, _ in first })
  }

  /// What is known of the configured clouds' prices, for a rulebook.
  static func known(_ settings: Settings) throws -> [Price] {
    try layers(settings).prices(onlyOf: kinds(settings))
  }

  /// Every layer, with the file read; ends the command with 1 where the file cannot be used.
  static func layers(_ settings: Settings?) throws -> PriceLayers {
    PriceLayers(
      file: try reading { () throws(PriceFileError) in
        try PriceFile.load(from: folder(settings))
      }, configured: settings?.prices ?? [])
  }

  static func reading<Value>(_ work: () throws(PriceFileError) -> Value) throws -> Value {
    do { return try work() } catch {
      tell("finops: \(error)")
      throw Exit.failed
    }
  }
}

/// How prices are taken into the price file: the same options for import and update.
struct PriceIntake: ParsableArguments {
  @Flag(help: "Take suspicious changes too; prices that cannot be stay out all the same.")
  var acceptChanges = false
  @Flag(help: "Say what would change and write nothing.")
  var dryRun = false
  @Flag(help: "List every change, not the first twenty.")
  var full = false

  /// Reviews the prices and writes the file; one process at a time.
  func take(_ prices: [Price], _ settings: Settings?) throws {
    let folder = PriceDesk.folder(settings)
    guard let hold = FolderHold(folder, as: "prices.lock") else {
      tell("finops: another command writes \(folder)/\(PriceFile.name), or it cannot be locked")
      throw Exit.failed
    }
    defer { hold.release() }
    let file = try PriceDesk.reading { () throws(PriceFileError) in
      try PriceFile.read(in: folder)
    }
    let known = PriceBook(
      PriceLayers(file: file.prices).prices(for: PriceDesk.kinds(settings)))
    let jump = (settings?.safety ?? SafetyRules()).largestJump
    let gate = PriceGate(largestJump: jump, acceptChanges: acceptChanges)
    let review = gate.review(prices, against: known)
    print(PriceReviewText(review, full: full).text)
    guard !dryRun else { return print("nothing written (--dry-run)") }
    let merged = file.merging(review)
    try PriceDesk.reading { () throws(PriceFileError) in try merged.write(to: folder) }
    print(
      "wrote \(PriceFile.path(in: folder)): "
        + "\(People.count(merged.prices.count, "price"))")
  }
}
