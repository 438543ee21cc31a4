@main struct Finops { static func main() {} }
