/** The page. */
import "./style/theme.css";
