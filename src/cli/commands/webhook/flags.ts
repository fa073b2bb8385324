import * as Param from "../../Param.ts"
import { yes } from "../setup/flags.ts"

export const url = Param.text("url", "URL", "Write this https address into the configuration first")
export const secret = Param.text("secret", "SECRET", 'Write this secret, or "${NAME}" of a variable, too')

export const webhookSet = [url, secret]
export const webhookDelete = [yes]
export { yes }
