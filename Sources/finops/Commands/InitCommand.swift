import ArgumentParser
import FleetModel
import Foundation
import Settings

/// `finops init`: a first settings file.
struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a first finops.yaml: commented, valid, acting on nothing."
  )
  @Option(name: [.short, .long], help: "Where to write it.")
  var config = "finops.yaml"
  @Option(help: "The AWS region your nodes are in.")
  var region = "us-east-1"
  @Flag(help: "Replace a file that is there.")
  var force = false

  func run() async throws {
    if FileManager.default.fileExists(atPath: config), !force {
      tell("finops: \(config) is there already; --force replaces it")
      throw Exit.failed
    }
    let text = Starter(regions: [Region(region)]).yaml
    try text.write(toFile: config, atomically: true, encoding: .utf8)
    print("wrote \(config): every pool in mode `observe`, so nothing is acted on")
    print("next: edit its targets and pools, then `finops doctor --config \(config)`")
  }
}
